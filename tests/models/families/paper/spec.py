"""Two checkpoints, one of which a hub has."""

from dataclasses import replace
from fractions import Fraction

from artifex.catalog.spec import Defaults, Hub, Limits, ModelSpec
from artifex.units import PixelSize

_PAPER = ModelSpec(
    name="paper",
    title="A model of paper",
    family="paper",
    folder=None,
    licence="CC0-1.0",
    tasks=("t2v",),
    accepts=(),
    accuracies=("exact",),
    defaults=Defaults(PixelSize(256, 256), 33, Fraction(16), 12, (5.0, 5.0), 8.0),
    limits=Limits(32, 4, PixelSize(64, 64), PixelSize(512, 512), 97),
    hub=Hub("tests/paper", "main", ("config.json", "tokenizer/*", "model*.safetensors", "*.index.json")),
)

CHECKPOINTS = (_PAPER, replace(_PAPER, name="card", title="A model of card", hub=None))
