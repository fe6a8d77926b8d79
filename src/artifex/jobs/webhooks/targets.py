"""Which addresses may be told: HTTPS, by name, outside this network."""

from urllib.parse import urlsplit

from artifex.errors import BadInput
from artifex.store.addresses import Target, parse_target

_PORTS = frozenset((443, 8443))


def require_target(url: str, *, private: bool = False) -> Target:
    """Refuse what cannot be called safely; ``private`` lets plain HTTP and any port pass, for tests.

    Where the name leads is looked at each time something is sent, for it may change. Raises BadInput.
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
