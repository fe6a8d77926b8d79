"""Upscalers: files of weights for networks that enlarge pictures. Recognised by their headers; only loading one imports
torch."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from artifex.errors import BadWeights, WeightsDamaged
from artifex.units import PixelSize

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLOURS = (3, 12, 48)
"""Input channels of a network: RGB of one pixel, or of blocks of 2x2 or 4x4 (pixel unshuffle)."""
_START_OF_ZIP = b"PK"
"""A .pth is a zip archive since PyTorch 1.6."""
_REMEDY = "it is damaged or no upscaler; fetch it again, or give another."


class Upscaler(Protocol):
    """Enlarges frames independently of each other, on all available GPUs."""

    @property
    def scale(self) -> int:
        """The network's own factor on each side."""
        ...

    @property
    def architecture(self) -> str:
        """Name of the network's family, for display."""
        ...

    def enlarge(self, frames: "Iterable[NDArray[Any]]", size: PixelSize | None = None) -> "Iterator[NDArray[Any]]":
        """Enlarge R'G'B' frames [H, W, 3] of uint8 or uint16, in order: to `size`, or by the network's scale.

        When closed early, it waits for the frames in progress. Raises OutOfMemory, and what ``frames`` raises.
        """
        ...


def may_be_upscaler(shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether some convolution among these weights takes picture channels; loading it checks the rest."""
    return any(len(shape) == 4 and shape[1] in _COLOURS and name.endswith("weight") for name, shape in shapes.items())


def load_upscaler(
    path: Path, name: str, make_room: Callable[[], None], on_tile: Callable[[], None] = lambda: None
) -> Upscaler:
    """Load an upscaler from a safetensors or PyTorch file, recognised by its content, on the GPUs if there are any.

    Args:
        path: the file.
        name: for messages.
        make_room: frees memory that others can do without; called when memory runs out.
        on_tile: called after each tile, in threads of the upscaler, since one frame may take minutes.

    Raises:
        BadWeights: it is neither kind of file, or damaged, or no network that enlarges colour pictures.
        CannotRun: spandrel is not installed. OutOfMemory is one of these.
    """
    from artifex.engine.upscaling.crew import load_crew
    from artifex.engine.weights.pth_header import read_pth_header
    from artifex.engine.weights.safetensors_header import read_safetensors_header
    from artifex.engine.weights.stored import REMEDY

    if not path.is_file():  # opening a pipe can wait for ever
        raise BadWeights(f"{name} is no file; give a .safetensors or .pth file.")
    try:
        with path.open("rb") as file:
            start = file.read(9)
        is_pth = start.startswith(_START_OF_ZIP)
        if not is_pth and start[8:] != b"{":
            raise BadWeights(
                f"{name} is no upscaler that can be read; give one that spandrel lists, as a .safetensors, "
                "or a .pth of PyTorch 1.6 or later."
            )
        read = read_pth_header if is_pth else read_safetensors_header
        return load_crew(read(path), name, make_room, on_tile)
    except WeightsDamaged as error:
        raise BadWeights(error.message.replace(str(path), name).replace(REMEDY, _REMEDY)) from error
    except (OSError, ValueError) as error:
        raise BadWeights(f"{name} cannot be read as weights; give a .safetensors or .pth file.") from error
