"""Whether whoever opened a socket may still read it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from artifex.api.service import Caller, Service
from artifex.errors import DatabaseUnreachable, NotSignedIn


def session_check(
    scope: Mapping[str, Any], service: Service, token: str | None = None
) -> Callable[[], Awaitable[bool]]:
    """A question to ask now and then: whether the token that let a socket in would let it in now.

    ``token`` is one that came another way than the guard's.
    """
    bearer: str | None = token or scope.get("state", {}).get("bearer")

    async def still_valid() -> bool:
        if not service.config.accounts:
            return True
        if bearer is None:
            return False
        if service.accounts.recent_caller(bearer) is not None:  # many sockets may share a token
            return True
        try:
            return await asyncio.to_thread(service.accounts.still_valid, bearer)
        except DatabaseUnreachable:  # nobody hears of anything until it is back, and then this is asked again
            return True

    return still_valid


async def caller_of_token(service: Service, token: object) -> Caller:
    """Whom a token or API key belongs to. Raises NotSignedIn."""
    if not service.config.accounts:
        return Caller("local", "local", "admin")
    if not isinstance(token, str):
        raise NotSignedIn("Sign in first, or send a token.")
    identity = await asyncio.to_thread(service.accounts.caller_from, token)
    return Caller(identity.user_id, identity.name, identity.role)
