"""Which pages may call this server from a browser."""

from artifex.api.config import ApiConfig
from artifex.api.provenance import OWN_NAMES


def page_origins(config: ApiConfig) -> list[str]:
    """The server's own origins, under each of its names, and the configured ones."""
    names = dict.fromkeys((*OWN_NAMES, config.host, *config.hosts))
    own = [
        f"{scheme}://{name}{port}" for name in names for scheme in ("http", "https") for port in ("", f":{config.port}")
    ]
    return [*own, *config.origins]
