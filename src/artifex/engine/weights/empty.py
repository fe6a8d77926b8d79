"""Networks whose weights are still to be loaded."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

Network = TypeVar("Network", bound=nn.Module)


def build_empty(build: Callable[[], Network]) -> Network:
    """Build a network on the meta device: all shapes, no values, no memory."""
    with torch.device("meta"), _WithoutInitialisation():
        return build()


def is_empty(network: nn.Module) -> bool:
    """Whether all parameters of a network are on the meta device."""
    return all(parameter.is_meta for parameter in network.parameters())


class _WithoutInitialisation(TorchFunctionMode):
    """Skips `torch.nn.init`: parameters about to be loaded need no random values.

    This also avoids the import of torch's compiler, which takes seconds: torch uses it to initialise on the meta
    device.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == nn.init.__name__:
            return kwargs.get("tensor", args[0] if args else None)
        return func(*args, **kwargs)
