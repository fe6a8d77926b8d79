"""Opens untrusted pictures as RGB arrays.

So that a model sees what a viewer shows, EXIF rotation is applied, transparency is
laid on white (most transparent pictures are dark drawings made for a page), 16 bits become 8, palettes,
greys and CMYK become RGB, an animation gives its first frame, and colour profiles are ignored.
"""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from artifex.errors import BadReference
from artifex.media.untrusted import MAX_PIXELS, require_file

MIN_SIDE = 16
MAX_BYTES = 64 * 2**20

# No TIFF: its decoder is the likeliest to have holes, and prints on stderr by itself.
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
_SIXTEEN_BIT_GREY = ("I;16", "I;16L", "I;16B", "I;16N")

# What Pillow's decoders are seen to raise on damaged files.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    LookupError,
    TypeError,
    ArithmeticError,
)

# Pillow warns of sizes that are refused here anyway, and of damaged EXIF data that does no harm.
warnings.filterwarnings("ignore", module=r"PIL\.")


def open_picture(path: Path) -> NDArray[np.uint8]:
    """The picture at ``path`` as uint8 [height, width, 3].

    Raises BadReference, with the remedy, when there is no such file, or it is not a PNG, JPEG, WebP, BMP or
    GIF picture, is cut, damaged, under 16 pixels a side, over 40 million pixels or over 64 MiB.
    """
    with _large_enough(path) as image:
        return np.array(_rgb(ImageOps.exif_transpose(image)))


def open_layer(path: Path) -> NDArray[np.uint8]:
    """As :func:`open_picture`, but transparency stays: a fourth channel of straight alpha, where there is any."""
    with _large_enough(path) as image:
        upright = ImageOps.exif_transpose(image)
        return np.array(upright.convert("RGBA") if upright.has_transparency_data else _rgb(upright))


@contextmanager
def _large_enough(path: Path) -> Iterator[Image.Image]:
    with untrusted_image(path) as image:
        if min(image.size) < MIN_SIDE:
            raise BadReference(
                f"{path} is only {image.width}x{image.height}; give a picture of at least {MIN_SIDE}x{MIN_SIDE}."
            )
        yield image


@contextmanager
def untrusted_image(path: Path) -> Iterator[Image.Image]:
    """Open a picture and check its header; pixels are decoded only when the block asks for them.

    Raises BadReference as :func:`open_picture` does, also for what Pillow finds while the block decodes.
    """
    require_file(path, MAX_BYTES)
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadReference(_too_large(path))
            yield image
    except Image.DecompressionBombError as error:
        raise BadReference(_too_large(path)) from error
    except Image.UnidentifiedImageError as error:
        raise BadReference(f"{path} is not a picture; give a PNG, JPEG, WebP, BMP or GIF file.") from error
    except _DAMAGE as error:
        raise BadReference(f"{path} is cut or damaged; open it in a picture editor and save it again.") from error


def _too_large(path: Path) -> str:
    return f"{path} has more than {MAX_PIXELS // 10**6} million pixels; scale it down first."


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in _SIXTEEN_BIT_GREY:
        return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(page, layer).convert("RGB")
