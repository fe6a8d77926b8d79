"""Checks a request's host and the origin of the page behind it; the caller's identity is checked elsewhere.

A server on this machine can be reached by every page that its user opens. A page can point its own host name at
127.0.0.1 and read from there (DNS rebinding), and it can send forms anywhere (CSRF). Headers that pages cannot forge
give such requests away: Host, Origin and Sec-Fetch-Site. Forwarding headers can be written by anybody, so they are
believed only from the configured proxies (`ApiConfig.proxies`), before a request comes here.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from artifex.api.config import ApiConfig
from artifex.errors import BadInput, NotAllowed

OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
_ANY_ADDRESS = ("0.0.0.0", "::", "[::]", "")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?", re.ASCII)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = ("same-origin", "none")
_SCHEMES = {"ws": "http", "wss": "https"}
_USUAL_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """The host names of this server, and the origins whose pages may call it."""

    hosts: frozenset[str]
    proxied: frozenset[str]
    """Those of ``hosts`` that were configured: a proxy may terminate TLS for them."""
    origins: frozenset[str]

    @classmethod
    def of(cls, config: ApiConfig) -> "Provenance":
        added, bound = _names(config.hosts), _names((config.host,))
        pages = frozenset(origin.lower().rstrip("/") for origin in config.origins)
        return cls(added | bound | set(OWN_NAMES), added - bound - set(OWN_NAMES), pages)

    def check(self, scope: Scope) -> None:
        """Raises BadInput for a foreign host name, NotAllowed for a page of a foreign origin."""
        headers = Headers(scope=scope)
        if not scope["path"].startswith("/"):
            raise BadInput("The address of a request is a path here; this server is no proxy.")
        host = self._host(headers)
        origins = headers.getlist("origin")
        if origins:
            self._check_origin(origins, host, scope["scheme"])
        elif scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
            _check_site(headers)

    def _host(self, headers: Headers) -> str:
        """The host and port that the request was sent to. Raises BadInput for a foreign one."""
        given = [value.lower() for value in headers.getlist("host")]
        parts = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if parts is None or parts[1] not in self.hosts:
            raise BadInput(
                "This server is not known by the name in the header Host; start it with --allow-host and that name, "
                "or use localhost."
            )
        return given[0]

    def _check_origin(self, origins: list[str], host: str, scheme: str) -> None:
        own = _SCHEMES.get(scheme, scheme)
        schemes = (own, "https") if _name_in(host) in self.proxied else (own,)
        origin = origins[0].lower()
        same = any(_is_page_of(origin, each, host) for each in schemes)
        if len(origins) > 1 or not (same or origin in self.origins):
            raise NotAllowed(
                "Pages of this origin may not call this server; start it with --allow-origin and the origin."
            )


def _is_page_of(origin: str, scheme: str, host: str) -> bool:
    usual = f":{_USUAL_PORTS[scheme]}"
    return origin.removesuffix(usual) == f"{scheme}://{host}".removesuffix(usual)


def require_loopback(scope: Scope) -> None:
    """Raises NotAllowed unless the connection itself comes from this machine."""
    address = scope["client"][0] if scope.get("client") else ""
    try:
        peer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        peer = None
    mapped = getattr(peer, "ipv4_mapped", None) or peer
    if mapped is None or not mapped.is_loopback:
        raise NotAllowed(
            "This studio runs without accounts, so it answers its own machine only; start it with --accounts."
        )


def _check_site(headers: Headers) -> None:
    """Browsers that leave out Origin still send Sec-Fetch-Site; programs send neither. Raises NotAllowed."""
    if any(site not in _OWN_SITE for site in headers.getlist("sec-fetch-site")):
        raise NotAllowed("Another site's page may not change anything here.")


def _name_in(host: str) -> str:
    """The host without its port."""
    parts = _HOST.fullmatch(host)
    return "" if parts is None else parts[1]


def _names(hosts: Iterable[str]) -> frozenset[str]:
    return frozenset(_bracketed(name.lower()) for name in hosts if name not in _ANY_ADDRESS)


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name
