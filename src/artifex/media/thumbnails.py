"""The poster and thumbnail of a clip, picked from its frames as they pass on to the encoder."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.files import publish

THUMBNAIL_WIDTH = 320

_FLAT = 4.0
"""Standard deviation, of 255, under which a frame counts as blank: a fade from black, an empty page."""

_QUALITY = 90


class Poster:
    """Picks the first frame that is not blank, or the first of all.

    The first and not the most detailed: a player shows the poster until playback starts, and a picture from
    elsewhere in the clip would jump.
    """

    def __init__(self) -> None:
        self._picture: NDArray[np.uint8] | None = None
        self._is_blank = True

    def watch(self, chunks: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
        """Pass ``chunks`` [t, H, W, 3] on unchanged, looking at them on the way."""
        for chunk in chunks:
            for picture in chunk:
                self.look_at(picture)
            yield chunk

    def look_at(self, picture: NDArray[np.uint8]) -> None:
        """One frame [H, W, 3]; nothing happens once one that is not blank was seen."""
        if not self._is_blank:
            return
        is_blank = float(picture.std()) < _FLAT
        if self._picture is None or not is_blank:
            self._picture = picture.copy()
            self._is_blank = is_blank

    @property
    def is_found(self) -> bool:
        """Whether a frame that is not blank was seen."""
        return not self._is_blank

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The frame picked so far; None before a frame has passed."""
        return self._picture

    def save(self, poster: Path, thumbnail: Path) -> None:
        """Write the picture as JPEG in full and at most 320 pixels wide, each whole or not at all.

        Raises OutOfSpace or NotWritable, and ValueError before a frame has passed.
        """
        if self._picture is None:
            raise ValueError("no frame has passed yet")
        image = Image.fromarray(self._picture)
        for path, picture in ((poster, image), (thumbnail, shrunk(image))):
            with publish(path) as temporary:
                temporary.write_bytes(jpeg(picture))


def shrunk(image: Image.Image) -> Image.Image:
    """At most 320 pixels wide, with the same proportions."""
    width = min(image.width, THUMBNAIL_WIDTH)
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def jpeg(image: Image.Image) -> bytes:
    """The pixels as JPEG, without any metadata that came with them."""
    file = io.BytesIO()
    # Full chroma: subsampling smears the saturated edges that small pictures consist of.
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
