"""Choosing an attention backend."""

from collections.abc import Callable

from artifex.engine.attention.contract import Attention
from artifex.errors import UnknownName


def _sdpa() -> Attention:
    from artifex.engine.attention.sdpa import sdpa_attention

    return sdpa_attention


# A loader each, so that an optional package is imported only when its backend is picked.
_BACKENDS: dict[str, Callable[[], Attention]] = {"sdpa": _sdpa}


def pick_attention(name: str = "auto") -> Attention:
    """The backend called `name`; "auto" takes the best one that works here.

    Raises:
        UnknownName: no backend has that name.
    """
    if name == "auto":
        return _sdpa()
    if name not in _BACKENDS:
        raise UnknownName(f"There is no attention backend {name!r:.40}; choose auto or {', '.join(_BACKENDS)}.")
    return _BACKENDS[name]()
