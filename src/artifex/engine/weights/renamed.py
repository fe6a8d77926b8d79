"""The tensors of another source under the names of a network."""

from collections.abc import Callable, Mapping

from torch import Tensor

from artifex.engine.weights.contract import TensorInfo, TensorSource
from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged


class Renamed:
    """A view of another source under other names."""

    def __init__(self, source: TensorSource, rename: Callable[[str], str | None]) -> None:
        """Rename every tensor by `rename`, which returns None to leave one out.

        Raises:
            WeightsDamaged: two tensors get the same name.
        """
        self._source = source
        self._stored: dict[str, str] = {}
        for stored in source.tensors:
            name = rename(stored)
            if name is None:
                continue
            if name in self._stored:
                raise WeightsDamaged(f"Tensor {name} is there twice ({source.origin(stored)}); {REMEDY}")
            self._stored[name] = stored
        self._tensors = {name: source.tensors[stored] for name, stored in self._stored.items()}

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        """See `TensorSource`."""
        return self._tensors

    def read(self, name: str) -> Tensor:
        """See `TensorSource`."""
        return self._source.read(self._stored[name])

    def origin(self, name: str | None = None) -> str:
        """See `TensorSource`."""
        return self._source.origin(None if name is None else self._stored[name])
