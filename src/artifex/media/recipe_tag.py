"""Writes a recipe into the clip that it made, and reads it from untrusted clips.

The key is ``comment`` everywhere: the one text tag that mp4, Matroska and PNG all have, that players
show, and that a remux by other tools keeps (FFmpeg drops custom mp4 keys unless told otherwise).
"""

from collections.abc import Mapping
from pathlib import Path

from PIL.PngImagePlugin import PngInfo

from artifex.errors import BadRecipe
from artifex.media.image import untrusted_image
from artifex.media.untrusted import FileKind, file_kind, open_media, sequence_files

MAX_BYTES = 2**20

_KEY = "comment"
_PNG_KEY = "Comment"  # the registered spelling (PNG, third edition, 11.3.3.1)


def container_tags(recipe_text: str) -> dict[str, str]:
    """``recipe_text`` as metadata for an mp4 or Matroska file. Raises BadRecipe when it is over 1 MiB."""
    _require_short(recipe_text)
    return {_KEY: recipe_text}


def png_tags(recipe_text: str) -> PngInfo:
    """``recipe_text`` as a compressed iTXt chunk. Raises BadRecipe when it is over 1 MiB."""
    _require_short(recipe_text)
    info = PngInfo()
    info.add_itxt(_PNG_KEY, recipe_text, zip=True)
    return info


def read_recipe_text(path: Path) -> str | None:
    """The recipe that an mp4, mov, mkv, webm or PNG file, or a folder of PNG frames, carries.

    None when it carries none; a comment that is no JSON object belongs to some other tool. The text is
    not otherwise checked. Raises BadReference when the file cannot be read, BadRecipe when the text is
    over 1 MiB.
    """
    return recipe_text(_tag(path))


def recipe_text(tags: Mapping[str, str]) -> str | None:
    """As :func:`read_recipe_text`, from the metadata of an open file. Raises BadRecipe when the text is over 1 MiB."""
    text = next((value for key, value in tags.items() if key.lower() == _KEY), "")
    if not text.lstrip().startswith("{"):
        return None
    _require_short(text)
    return text


def _tag(path: Path) -> Mapping[str, str]:
    if path.is_dir():
        path = sequence_files(path)[0]
    if file_kind(path) is FileKind.PNG:
        with untrusted_image(path) as image:
            return {str(key): str(value) for key, value in image.info.items()}
    with open_media(path) as container:
        return dict(container.metadata)


def _require_short(text: str) -> None:
    if len(text.encode()) > MAX_BYTES:
        raise BadRecipe("The recipe is longer than 1 MiB; shorten its prompts.")
