"""Re-authentication of open sockets and streams, and of callers whose token came over Socket.IO."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from artifex.api.service import Caller, Service
from artifex.errors import DatabaseUnreachable, NotSignedIn


def session_check(
    scope: Mapping[str, Any], service: Service, token: str | None = None
) -> Callable[[], Awaitable[bool]]:
    """A check, to be called now and then, whether a socket's or stream's token is still valid.

    ``token`` is one that did not come through the guard.
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
        except DatabaseUnreachable:  # no events come until it is back, and then this is checked again
            return True

    return still_valid


async def caller_of_token(service: Service, token: object) -> Caller:
    """The caller with a token or API key. Raises NotSignedIn."""
    if not service.config.accounts:
        return Caller("local", "local", "admin")
    if not isinstance(token, str):
        raise NotSignedIn("Sign in first, or send a token.")
    identity = await asyncio.to_thread(service.accounts.caller_from, token)
    return Caller(identity.user_id, identity.name, identity.role)
