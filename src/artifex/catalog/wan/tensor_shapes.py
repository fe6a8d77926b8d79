"""Widths and depths of a network, inferred from the shapes of its tensors."""

import re
from collections.abc import Mapping


class TensorShapes:
    """Tensor shapes by name in the network."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._shapes = shapes

    def __contains__(self, name: str) -> bool:
        return name in self._shapes

    def of(self, name: str, axes: int) -> tuple[int, ...]:
        """The shape of a tensor. Raises ValueError if it is missing, has another number of axes, or an empty one."""
        shape = self._shapes.get(name)
        if shape is None:
            raise ValueError(f"tensor {name} is missing")
        if len(shape) != axes or 0 in shape:
            raise ValueError(f"tensor {name} has shape {list(shape)}")
        return shape

    def count(self, prefix: str) -> int:
        """How many modules are in the list `prefix`. Raises ValueError if there are none."""
        member = re.compile(rf"^{re.escape(prefix)}\.(\d+)\.")
        found = {match[1] for match in map(member.match, self._shapes) if match}
        if not found:
            raise ValueError(f"tensors of {prefix} are missing")
        return len(found)
