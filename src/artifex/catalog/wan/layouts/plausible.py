"""Checks values in untrusted configs before a network is built from them."""

from dataclasses import fields

from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.catalog.wan.vae_config import VaeConfig

_WIDEST = 1 << 20
_DEEPEST = 1000
_DEPTHS = ("num_layers", "num_res_blocks")


def check_plausible(config: TransformerConfig | UMT5Config | VaeConfig) -> None:
    """Raises ValueError where a width or depth is not an integer, or is out of any network's range."""
    for field in fields(config):
        value: object = getattr(config, field.name)
        if field.type is int and not (type(value) is int and 0 < value <= _limit(field.name)):
            raise ValueError(f"{field.name} is {str(value)[:40]!r}")
        if isinstance(value, str | list | dict):
            raise ValueError(f"{field.name} is {str(value)[:40]!r}")


def _limit(name: str) -> int:
    return _DEEPEST if name in _DEPTHS else _WIDEST
