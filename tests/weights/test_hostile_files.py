"""Files that lie, break off or want to run code are refused in one sentence that names them."""

import json
import math
import os
import struct
import subprocess
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from artifex.engine.weights import pth_child, pth_header
from artifex.engine.weights.float8 import DequantisedFloat8
from artifex.engine.weights.header import read_header
from artifex.engine.weights.mapped import MappedTensors
from artifex.errors import WeightsDamaged

TENSORS = {"a.weight": torch.arange(12.0).view(3, 4), "b": torch.ones(5, dtype=torch.bfloat16)}


def source(path: Path) -> MappedTensors:
    return MappedTensors([read_header(path)])


def save_pth(path: Path, tensors: Any = TENSORS, **how: Any) -> Path:
    torch.save(tensors, path, **how)
    return path


def test_a_sound_pth_is_mapped(tmp_path: Path) -> None:
    shared = torch.arange(10.0)
    views = {"view": shared[2:8].view(2, 3), "turned": shared[:6].view(2, 3).T}
    state = OrderedDict(TENSORS | views | {"parameter": torch.nn.Parameter(shared)})
    vars(state)["_metadata"] = {"": {"version": 1}}  # as a module's state_dict has it
    tensors = source(save_pth(tmp_path / "a.pth", state))
    assert list(tensors.tensors) == list(state)
    for name, tensor in state.items():
        assert torch.equal(tensors.read(name), tensor), name
        assert tensors.tensors[name].shape == tensor.shape


class Runs:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


def test_code_in_a_pickle_is_not_run(tmp_path: Path) -> None:
    path = save_pth(tmp_path / "a.pth", {**TENSORS, "c": Runs(f"touch {tmp_path}/ran")})
    with pytest.raises(WeightsDamaged, match=r"a\.pth holds code \('posix\.system'\)"):
        source(path)
    assert not (tmp_path / "ran").exists()


def test_one_value_is_not_a_million(tmp_path: Path) -> None:
    """Copied, as it is when the file is converted, it would be as large as its shape says."""
    path = save_pth(tmp_path / "a.pth", {"a.weight": torch.zeros(1).expand(1 << 20)})
    with pytest.raises(WeightsDamaged, match=r"'a\.weight' of .*a\.pth is larger than the space it has"):
        source(path)


def test_the_same_bytes_again_and_again(tmp_path: Path) -> None:
    values = torch.zeros(1 << 16)
    assert len(source(save_pth(tmp_path / "twice.pth", {"a": values, "b": values})).tensors) == 2
    path = save_pth(tmp_path / "often.pth", {str(place): values for place in range(1000)})
    with pytest.raises(WeightsDamaged, match=r"often\.pth are the same bytes again and again"):
        source(path)


def test_the_old_format_is_refused(tmp_path: Path) -> None:
    path = save_pth(tmp_path / "a.pth", _use_new_zipfile_serialization=False)
    with pytest.raises(WeightsDamaged, match=r"a\.pth cannot be read \(it is not the zip archive"):
        source(path)


def rewrite_zip(path: Path, change: Callable[[str, bytes], bytes], how: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, change(name, data))


def test_compressed_values_are_refused(tmp_path: Path) -> None:
    path = save_pth(tmp_path / "a.pth")
    rewrite_zip(path, lambda _, data: data, zipfile.ZIP_DEFLATED)
    with pytest.raises(WeightsDamaged, match=r"a\.pth cannot be read \(its values are compressed"):
        source(path)


def test_a_size_that_lies_is_found(tmp_path: Path) -> None:
    path = save_pth(tmp_path / "a.pth")
    rewrite_zip(path, lambda name, data: data[:8] if name.endswith("data/0") else data)
    with pytest.raises(WeightsDamaged, match=r"'a\.weight' of .*a\.pth is larger than the space it has"):
        source(path)


@pytest.mark.parametrize("content", [TENSORS["b"], [1, 2], {"a": 1}, {"a": {"b": TENSORS["b"]}}, {1: TENSORS["b"]}])
def test_other_things_than_named_tensors(tmp_path: Path, content: Any) -> None:
    with pytest.raises(WeightsDamaged, match=r"a\.pth cannot be read \(it holds something else"):
        source(save_pth(tmp_path / "a.pth", content))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
@pytest.mark.parametrize("suffix", ["pth", "safetensors", "gguf"])
def test_truncated(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"a.{suffix}"
    {"pth": save_pth, "safetensors": save_safetensors, "gguf": save_gguf}[suffix](path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(WeightsDamaged, match=rf"a\.{suffix}"):
        source(path)


def save_safetensors(path: Path, tensors: dict[str, Tensor] = TENSORS) -> Path:
    save_file(tensors, path)
    return path


def save_gguf(path: Path) -> Path:
    writer = gguf.GGUFWriter(str(path), "wan")
    writer.add_tensor("a.weight", np.arange(12, dtype=np.float32).reshape(3, 4))
    writer.add_tensor("b", np.ones(4096, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_an_answer_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the child taken over, it could still only point into the file."""
    path = save_pth(tmp_path / "a.pth")
    size = path.stat().st_size
    good = {"dtype": "float32", "shape": [2], "strides": [1], "offset": 0, "size": 8}
    for change, complaint in [
        ({"offset": size - 4}, "beyond the end"),
        ({"offset": -8}, "beyond the end"),
        ({"shape": [1 << 60, 1 << 60], "strides": [1 << 60, 1]}, "larger than the space"),
        ({"strides": [1 << 60]}, "larger than the space"),
        ({"shape": [1 << 40], "strides": [0]}, "larger than the space"),
        ({"shape": [1], "strides": [1 << 70]}, "impossible strides"),
        ({"shape": [0, 1 << 70], "strides": [1, 1]}, "impossible shape"),
        ({"strides": [-1]}, "impossible strides"),
        ({"strides": [1, 1]}, "impossible strides"),
        ({"shape": [-2]}, "impossible shape"),
        ({"shape": [2] * 9, "strides": [0] * 9}, "impossible shape"),
        ({"dtype": "object"}, "unknown type"),
        ({"shape": None}, "does not describe"),
    ]:
        child = tmp_path / "child.py"
        child.write_text(f"print({json.dumps({'tensors': {'t': good | change}})!r})")
        monkeypatch.setattr(pth_child, "__file__", str(child))
        with pytest.raises(WeightsDamaged, match=complaint):
            source(path)


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_pth(tmp_path / "a.pth")
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(pth_child, "__file__", str(child))
    monkeypatch.setattr(pth_header, "_SECONDS", 0.2)
    with pytest.raises(WeightsDamaged, match="TimeoutExpired"):
        source(path)


def test_the_child_needs_no_library(tmp_path: Path) -> None:
    """It runs isolated and without site packages, so nothing in the folder or the environment reaches it."""
    path = save_pth(tmp_path / "a.pth")
    (tmp_path / "zipfile.py").write_text("raise SystemExit('taken over')")
    command = [sys.executable, "-I", "-S", pth_child.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, check=True)
    assert set(json.loads(done.stdout)["tensors"]) == set(TENSORS)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no sound GGUF file .it is cut"),
        (b"GGML" + bytes(20), "first bytes"),
        (struct.pack("<4sIQQ", b"GGUF", 9, 0, 0), "version 2 or 3"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 1 << 60, 0), "more than any model"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + struct.pack("<Q", 1 << 60), "too long"),
        (struct.pack("<4sIQQQ1sI", b"GGUF", 3, 0, 1, 1, b"k", 9) + struct.pack("<IQ", 4, 1 << 60), "too long"),
        (struct.pack("<4sIQQQ1sI", b"GGUF", 3, 0, 1, 1, b"k", 9) + struct.pack("<IQ", 9, 1), "no sound GGUF"),
        (struct.pack("<4sIQQQ1sI", b"GGUF", 3, 0, 1, 1, b"k", 99), "no sound GGUF"),
        (struct.pack("<4sIQQQ1sI", b"GGUF", 3, 1, 0, 1, b"t", 1 << 30), "axes"),
        (struct.pack("<4sIQQQ1sIQIQ", b"GGUF", 3, 1, 0, 1, b"t", 1, 1 << 62, 0, 0), "beyond the end"),
        (struct.pack("<4sIQQQ1sIQIQ", b"GGUF", 3, 1, 0, 1, b"t", 1, 4, 99, 0), "unknown type"),
        (struct.pack("<4sIQQQ1sIQIQ", b"GGUF", 3, 1, 0, 1, b"t", 1, 30, 8, 0) + bytes(99), "blocks do not fill"),
        (struct.pack("<4sIQQQ1sIQIQ", b"GGUF", 3, 1, 0, 1, b"t", 1, 0, 8, 0) + bytes(99), "blocks do not fill"),
    ],
)
def test_gguf_headers_that_lie(tmp_path: Path, data: bytes, complaint: str) -> None:
    (tmp_path / "a.gguf").write_bytes(data)
    with pytest.raises(WeightsDamaged, match=complaint):
        source(tmp_path / "a.gguf")


def quantised_gguf(path: Path, kind: str, original: tuple[float, ...] | None = None) -> torch.Tensor:
    """Three rows of 512 values from random bytes, and what the package that defines the format makes of them."""
    quantised = gguf.GGMLQuantizationType[kind]
    values, size = gguf.GGML_QUANT_SIZES[quantised]
    raw = np.random.Generator(np.random.Philox(7)).integers(0, 60, (3, 512 // values * size), dtype=np.uint8)
    writer = gguf.GGUFWriter(str(path), "wan")
    writer.add_tensor("t", raw, raw_dtype=quantised)
    if original is not None:
        writer.add_array("comfy.gguf.orig_shape.t", original)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return torch.from_numpy(gguf.dequantize(raw, quantised))


@pytest.mark.parametrize("kind", ["BF16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K"])
def test_gguf_values(tmp_path: Path, kind: str) -> None:
    theirs = quantised_gguf(tmp_path / "a.gguf", kind)
    ours = source(tmp_path / "a.gguf")
    assert ours.tensors["t"].shape == (3, 512)
    assert torch.equal(ours.read("t").float(), theirs)
    assert ours.read("t").dtype == ours.tensors["t"].dtype


@pytest.mark.parametrize("shape", [(6, 256), (512, 3), (32, 1, 48)])
def test_gguf_tensors_stored_in_another_shape(tmp_path: Path, shape: tuple[int, ...]) -> None:
    theirs = quantised_gguf(tmp_path / "a.gguf", "Q8_0", shape)
    assert torch.equal(source(tmp_path / "a.gguf").read("t"), theirs.view(shape))


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [((7, 9), "two shapes"), ((math.inf, 1.0), "no sound GGUF"), ((math.nan, 1.0), "no sound GGUF")],
)
def test_gguf_shapes_that_contradict(tmp_path: Path, shape: tuple[float, ...], complaint: str) -> None:
    quantised_gguf(tmp_path / "a.gguf", "Q8_0", shape)
    with pytest.raises(WeightsDamaged, match=complaint):
        source(tmp_path / "a.gguf")


@pytest.mark.parametrize(
    "header",
    [
        {"t": {"dtype": "F32", "shape": [4], "data_offsets": [0, 8]}},
        {"t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 64]}},
        {"t": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}},
        {"t": {"dtype": "F99", "shape": [2], "data_offsets": [0, 8]}},
        {"t": {"dtype": "F32", "shape": [1 << 62, 4], "data_offsets": [0, 8]}},
        {
            name: {"dtype": "F32", "shape": [2], "data_offsets": [start, start + 8]}
            for name, start in (("t", 0), ("u", 4))
        },
        {"t": 3},
        [],
    ],
)
def test_safetensors_headers_that_lie(tmp_path: Path, header: object) -> None:
    text = json.dumps(header).encode()
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))
    with pytest.raises(WeightsDamaged, match=r"a\.safetensors"):
        source(tmp_path / "a.safetensors")


def test_a_header_without_end(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", 1 << 40) + b"{}")
    with pytest.raises(WeightsDamaged, match=r"a\.safetensors"):
        source(tmp_path / "a.safetensors")


def test_values_that_lie_across_word_boundaries(tmp_path: Path) -> None:
    text = json.dumps({"t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    text += b" " * (1 - len(text) % 2)  # odd, as no writer does and the format allows
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + struct.pack("<ff", 1.5, -2))
    assert source(tmp_path / "a.safetensors").read("t").tolist() == [1.5, -2.0]


def test_a_scale_of_the_wrong_length(tmp_path: Path) -> None:
    tensors = {"a.weight": torch.ones(3, 2).to(torch.float8_e4m3fn), "a.scale_weight": torch.ones(2)}
    scaled = DequantisedFloat8(source(save_safetensors(tmp_path / "a.safetensors", tensors)))
    with pytest.raises(WeightsDamaged, match=r"a\.scale_weight"):
        scaled.read("a.weight")


def test_a_scale_for_each_row(tmp_path: Path) -> None:
    rows = torch.tensor([1.0, 2.0, 0.5])
    tensors = {"a.weight": torch.ones(3, 2).to(torch.float8_e4m3fn), "a.scale_weight": rows[:, None].clone()}
    scaled = DequantisedFloat8(source(save_safetensors(tmp_path / "a.safetensors", tensors)))
    assert list(scaled.tensors) == ["a.weight"]
    assert torch.equal(scaled.read("a.weight"), rows[:, None].expand(3, 2))


def test_an_unknown_suffix(tmp_path: Path) -> None:
    with pytest.raises(WeightsDamaged, match=r"a\.bin is in no known format"):
        read_header(tmp_path / "a.bin")
