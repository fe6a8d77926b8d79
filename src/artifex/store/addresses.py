"""Which URLs users may have the server fetch: public addresses only, against SSRF."""

import socket
from collections.abc import Callable, Container
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit, urlunsplit

from artifex.errors import BadInput

Resolve = Callable[[str, int], list[str]]
"""From a host name and a port to IP addresses as text."""

_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
"""IPv6 networks whose addresses embed an IPv4 address."""
_INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa")
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one request: ``host`` is in ASCII (IDNA); ``path`` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def url_at(self, address: str) -> str:
        """The URL with the host's name replaced by one of its addresses."""
        host = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{host}:{self.port}{self.path}"


_PORTS = {"http": 80, "https": 443}


def parse_target(url: str, ports: Container[int]) -> Target:
    """Parse an http or https URL, strictly, so that no other parser reads it differently. Raises BadInput."""
    if len(url) > _LONGEST or any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url):
        raise BadInput("The URL is too long, or holds spaces, backslashes or other characters that none may hold.")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError) as error:
        raise BadInput("The URL's host or port is not valid.") from error
    if scheme not in _PORTS:
        raise BadInput("The URL is neither http nor https; give one that is.")
    if "@" in parts.netloc or parts.fragment:
        raise BadInput("The URL names a user or a fragment; leave both out.")
    port = _PORTS[scheme] if port is None else port
    if port not in ports:
        raise BadInput(f"The port {port} is not used here; give a URL without one.")
    if not host or any(host == name or host.endswith(f".{name}") for name in _INNER_NAMES):
        raise _refused()
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    if not path.isascii():
        raise BadInput("The URL's path has characters outside ASCII; percent-encode them.")
    return Target(scheme, host, port, path if path.startswith("/") else f"/{path}")


def checked_addresses(target: Target, resolve: Resolve, allowed: frozenset[str]) -> list[str]:
    """The addresses of the host. Raises BadInput unless each is public or ``allowed``."""
    try:
        found = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise BadInput("The URL's host is not found.") from error
    if not found:
        raise BadInput("The URL's host has no address.")
    if not all(text in allowed or is_public(text) for text in found):
        raise _refused()
    return found


def is_public(text: str) -> bool:
    """Whether an address is of the public internet, and embeds no IPv4 address."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return True
    hides = address.ipv4_mapped or address.sixtofour or address.teredo
    return not hides and not any(address in network for network in _TRANSLATED)


def resolve(host: str, port: int) -> list[str]:
    """Resolve with this system's resolver. Raises OSError."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _refused() -> BadInput:
    return BadInput("The URL leads to a private or reserved address; give one of the public internet.")
