"""Facts of a finished clip for the library."""

from pathlib import Path
from typing import Any

from artifex.media.probe import probe


def clip_facts(path: Path) -> dict[str, Any]:
    """Probe the file itself rather than trust the request. Raises BadReference."""
    facts = probe(path)
    return {
        "width": facts.width,
        "height": facts.height,
        "frame_rate": str(facts.frame_rate),
        "frame_count": facts.frame_count,
        "seconds": float(facts.duration),
        "codec": facts.codec,
        "sound": facts.sound is not None,
    }
