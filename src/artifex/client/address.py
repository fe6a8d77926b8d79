"""A server's address and the caller's token."""

import re
from dataclasses import dataclass, field

import httpx2

from artifex.errors import BadInput

TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
"""Seconds; 60 without a byte, 10 to connect."""


@dataclass(frozen=True, slots=True)
class Address:
    """``url`` like ``http://127.0.0.1:8188``; ``token`` is an API key or an access token, where accounts are used."""

    url: str
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raises BadInput for an invalid address."""
        try:
            parsed = httpx2.URL(self.url)
        except httpx2.InvalidURL:
            parsed = httpx2.URL()
        if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo or parsed.query:
            raise BadInput(
                f"{self.url[:80]!r} is not a server's address; write it like http://127.0.0.1:8188, "
                "and hand over a token by itself."
            )
        if self.token is not None and not re.fullmatch(r"[!-~]+", self.token):
            raise BadInput("The token holds a character that none has, or is empty; copy it again.")

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    def socket_url(self, path: str) -> str:
        return f"ws{self.url.removeprefix('http').rstrip('/')}{path}"
