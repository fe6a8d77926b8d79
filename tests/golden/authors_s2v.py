"""Parts of a speech-to-video model, loaded from the authors' tensors as any file is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artifex.catalog.wan.s2v.model import SpeechModel, speech_model
from artifex.catalog.wan.s2v.network import SpeechTransformer
from tests.golden import authors


def transformer(config: Mapping[str, Any], file: Path) -> SpeechTransformer:
    network = authors.transformer(config, file)
    assert isinstance(network, SpeechTransformer)
    return network


def model(folder: Path) -> SpeechModel:
    """A whole checkpoint, in float32."""
    return speech_model(authors.components(folder))
