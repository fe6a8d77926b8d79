"""What a clip is called."""

import re
from pathlib import Path

from artifex.errors import BadInput


def clip_path(output: str | None, prompt: str, codec: str | None) -> tuple[Path, str]:
    """Where a clip goes, by the option ``-o`` or its prompt, and the codec it is written with.

    Raises BadInput, UnknownName.
    """
    from artifex.media.codecs import codec_for

    path = Path(output) if output is not None else Path(_file_name(prompt))
    if "\0" in str(path) or len(path.name.encode(errors="replace")) > 200:
        raise BadInput("The output's name is too long or not valid; choose a shorter one with -o.")
    if codec is None and path.is_dir():
        raise BadInput(f"{path} is a folder; give the clip a name in it, like {path / 'clip.mp4'}.")
    return path, codec_for(path, codec).name


def seed_path(path: Path, seed: int) -> Path:
    """Several clips carry their seeds in their names."""
    return path.with_stem(f"{path.stem}-{seed}")


def _file_name(prompt: str) -> str:
    words = re.findall(r"\w+", prompt.lower())[:8]
    return f"{'-'.join(words)[:60] or 'clip'}.mp4"
