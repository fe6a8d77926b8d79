"""LoRAs that are none or do not fit, and recipes with fields that are wrong: refused before any weights are loaded."""

import json
import os
import pickle
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save, save_file

from artifex.catalog import manifest, registry
from artifex.catalog.compose import Wishes, compose
from artifex.catalog.loras import require_lora_file
from artifex.catalog.presets import Values
from artifex.cli.door import BAD_INPUT, CANNOT_RUN
from artifex.units import PixelSize
from tests.cli.conftest import Run
from tests.cli.refusals import PROMPT, belongings, check_refusal, picture

LAYER = "diffusion_model.blocks.0.self_attn.q"
WIDTH, RANK = 72, 4


def pair(width: int = WIDTH, layer: str = LAYER) -> dict[str, np.ndarray]:
    down, up = np.ones((RANK, width), np.float32), np.ones((width, RANK), np.float32)
    return {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up}


def without(name: str) -> dict[str, np.ndarray]:
    return {key: tensor for key, tensor in pair().items() if name not in key}


class _Runs:
    """Leaves a trace in the folder at hand when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("ran",)


NOT_READ: list[tuple[str, bytes, str]] = [
    ("pickle.safetensors", pickle.dumps(_Runs()), "can run programs"),
    ("pickle.pt", pickle.dumps(_Runs()), "can run programs"),
    ("text.safetensors", b"a LoRA for films of the thirties", "not a safetensors file"),
    ("empty.safetensors", b"", "not a safetensors file"),
    ("cut.safetensors", save(pair())[:60], "cut short"),
]

NO_FIT: list[tuple[str, Mapping[str, np.ndarray], str]] = [
    ("another width", pair(96), "for another base"),
    ("another depth", pair(layer="diffusion_model.blocks.39.self_attn.q"), "for another base"),
    ("a layer for CLIP", pair(layer="diffusion_model.blocks.0.cross_attn.k_img"), "image-to-video"),
    ("unknown names", pair() | {"first_stage_model.weight": np.ones(3)}, "no part of a LoRA"),
    ("down without up", without("up"), "lacks the up tensor"),
    ("up without down", without("down"), "lacks the down tensor"),
    ("no numbers", {name: tensor * np.float32(np.nan) for name, tensor in pair().items()}, "not finite"),
]

OPTIONS = [
    ("none.safetensors", "cannot be read"),
    ("good.safetensors:strong", "is not understood"),
    ("good.safetensors:nan", "is not understood"),
    ("good.safetensors:1,2,3", "is not understood"),
    ("good.safetensors:1000", "-10 to 10"),
    (":0.8", "without its file"),
    (".", "LoRA"),
]


@pytest.fixture
def refused(forked: Run, tiny_home: Path, tmp_path: Path) -> Callable[..., None]:
    """``refused(options, code, said)``: a clip of a picture with these options is refused so, with nothing left."""
    work = tmp_path / "work"
    (work / "face.png").write_bytes(picture())
    (work / "good.safetensors").write_bytes(save(pair()))

    def check(options: list[str], code: int, said: str) -> None:
        files, state = set(work.rglob("*")), belongings(tiny_home)
        check_refusal(forked("generate", *options, home=tiny_home), code, said, work, files)
        assert belongings(tiny_home) == state

    return check


CLIP = [PROMPT, "--model", "tiny-i2v", "--image", "face.png"]


@pytest.mark.parametrize(("option", "said"), OPTIONS)
def test_options(refused: Callable[..., None], option: str, said: str) -> None:
    refused([*CLIP, "--lora", option], BAD_INPUT, said)


@pytest.mark.parametrize(("name", "content", "said"), NOT_READ, ids=[row[0] for row in NOT_READ])
def test_files_that_are_no_lora(
    refused: Callable[..., None], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / "work" / name).write_bytes(content)
    refused([*CLIP, "--lora", f"{name}:0.5"], BAD_INPUT, said)


@pytest.mark.parametrize(("tensors", "said"), [row[1:] for row in NO_FIT], ids=[row[0] for row in NO_FIT])
def test_files_that_do_not_fit(
    refused: Callable[..., None], tmp_path: Path, tensors: Mapping[str, np.ndarray], said: str
) -> None:
    save_file(dict(tensors), tmp_path / "work" / "odd.safetensors")
    refused([*CLIP, "--lora", "odd.safetensors"], BAD_INPUT, said)


def test_a_header_that_begins_like_a_pickle(tmp_path: Path) -> None:
    """Its length is 640 bytes, whose first two are those of a pickle."""
    data = save(pair())
    length = int.from_bytes(data[:8], "little")
    path = tmp_path / "good.safetensors"
    path.write_bytes((640).to_bytes(8, "little") + data[8 : 8 + length].ljust(640) + data[8 + length :])
    assert path.read_bytes().startswith(b"\x80\x02")
    require_lora_file(path)
    assert len(load_file(path)) == 2


SHA = "0" * 64
LORA = {"name": "a", "sha256": SHA, "strength_low": 1.0, "strength_high": 1.0}
SPEECH = {"segment_frames": 80, "start_from_picture": False, "compat": False}

RECIPES: list[tuple[str, Mapping[str, Any], str]] = [
    ("speech that is no object", {"speech": 80}, "speech has the wrong type"),
    ("speech without a field", {"speech": {"segment_frames": 80}}, "lacks speech.start_from_picture"),
    ("segments in words", {"speech": SPEECH | {"segment_frames": "many"}}, "speech.segment_frames"),
    ("a number for yes", {"speech": SPEECH | {"compat": 1}}, "speech.compat has the wrong type"),
    ("unknown field of speech", {"speech": SPEECH | {"lips": True}}, "unknown field speech.'lips'"),
    ("speech that is compatible, without a voice", {"speech": SPEECH | {"compat": True}}, "add --audio"),
    ("rungs that are no list", {"rungs": "tile"}, "rungs has the wrong type"),
    ("rungs that are no words", {"rungs": [1]}, "rungs"),
    ("unknown rung", {"rungs": ["melt"]}, "melt"),
    ("loras that are no list", {"loras": {}}, "loras has the wrong type"),
    ("lora that is no object", {"loras": ["a"]}, "loras holds something"),
    ("lora without its hash", {"loras": [{"name": "a"}]}, "lacks loras.sha256"),
    ("hash that is a path", {"loras": [LORA | {"sha256": "../../etc/passwd"}]}, "not a sha256"),
    ("strength in words", {"loras": [LORA | {"strength_low": "strong"}]}, "strength_low is not a number"),
    ("strength that is no number", {"loras": [LORA | {"strength_low": float("nan")}]}, "not valid JSON"),
    ("strength of a thousand", {"loras": [LORA | {"strength_high": 1000}]}, "-10 to 10"),
    ("lora that is not here", {"loras": [LORA]}, "not in this library"),
    ("picture that is not here", {"task": "i2v", "references": [{"role": "image", "sha256": SHA}]}, "give the file"),
    ("reference for nothing known", {"references": [{"role": "smell", "sha256": SHA}]}, "references.role"),
    ("voice for another model", {"references": [{"role": "audio", "sha256": SHA}], "speech": SPEECH}, "no voice"),
    ("written prompt of numbers", {"written_prompt": 5}, "written_prompt has the wrong type"),
    ("field of a later program", {"smell": 1}, "update Artifex"),
]


@pytest.fixture
def recipe(tiny_home: Path) -> dict[str, Any]:
    """A sound recipe for the small model of text."""
    spec = registry.find_model("tiny-ti2v", tiny_home / "models")
    values = Values(size=PixelSize(64, 64), frame_count=5, frame_rate=Fraction(24), steps=1)
    return compose(spec, manifest.lock(spec), Wishes(PROMPT, values), seed=1).to_data()


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in RECIPES], ids=[row[0] for row in RECIPES])
def test_recipes(
    refused: Callable[..., None], recipe: dict[str, Any], tmp_path: Path, change: Mapping[str, Any], said: str
) -> None:
    (tmp_path / "work" / "clip.json").write_text(json.dumps(recipe | dict(change)))
    refused(["--recipe", "clip.json"], BAD_INPUT, said)


def test_a_recipe_of_other_weights(refused: Callable[..., None], recipe: dict[str, Any], tmp_path: Path) -> None:
    files = recipe["model"]["files"] | {"config.json": SHA}
    (tmp_path / "work" / "clip.json").write_text(json.dumps(recipe | {"model": {"name": "tiny-ti2v", "files": files}}))
    refused(["--recipe", "clip.json"], CANNOT_RUN, "give Artifex the files it was made with")
