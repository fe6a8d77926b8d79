"""Validation of webhook URLs: HTTPS, by host name, outside private networks."""

from urllib.parse import urlsplit

from artifex.errors import BadInput
from artifex.store.addresses import Target, parse_target

_PORTS = frozenset((443, 8443))


def require_target(url: str, *, private: bool = False) -> Target:
    """Refuse unsafe URLs; ``private`` allows plain HTTP and any port, for tests.

    The addresses behind the name are checked at each delivery instead, because they may change. Raises BadInput.
    """
    if private:
        return parse_target(url, frozenset((_port(url),)))
    if not url.lower().startswith("https://"):
        raise BadInput("Webhooks are sent to https:// addresses only.")
    return parse_target(url, _PORTS)


def _port(url: str) -> int:
    try:
        parts = urlsplit(url)
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadInput("The URL's port is not valid; leave it out, or give a number up to 65535.") from error
