"""Loading takes little more memory than the loaded model, measured in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.random import RandomTensors

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")

# Heads of 128, so that no config is needed.
CONFIG = TransformerConfig(num_attention_heads=6, num_layers=10, ffn_dim=3072, text_dim=256)
LOAD = """
import json, sys
from pathlib import Path
import torch
from artifex.catalog.wan.layouts.parts import identified
from artifex.catalog.wan.loading import load_transformer
from artifex.engine.attention import pick_attention
from artifex.engine.weights.fill import place_on
from artifex.engine.weights.header import read_header

def memory(field):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(field)) * 1024

def load(dtype):
    part = identified((read_header(Path(sys.argv[1])),))
    convert, before, highest, peak = place_on(torch.device("cpu"), dtype), memory("RssAnon"), memory("VmHWM"), 0
    def place(name, tensor):
        nonlocal peak
        placed = convert(name, tensor)
        peak = max(peak, memory("RssAnon") - before)
        return placed
    network = load_transformer(part, pick_attention(), lambda *_: place)
    size = sum(parameter.nbytes for parameter in network.parameters())
    return {"size": size, "anonymous": peak, "whole": memory("VmHWM") - highest}

print(json.dumps([load(torch.bfloat16), load(torch.float32)]))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One transformer of 200 MB in every format."""
    folder = tmp_path_factory.mktemp("large")
    source = RandomTensors.like(build_empty(lambda: WanTransformer(CONFIG)), torch.bfloat16)
    tensors = {name: source.read(name) for name in source.tensors}
    save_file(tensors, folder / "a.safetensors")
    torch.save(tensors, folder / "a.pth")
    return {"safetensors": folder / "a.safetensors", "pth": folder / "a.pth"}


@pytest.mark.parametrize("suffix", ["safetensors", "pth"])
def test_loading_takes_the_size_of_the_network(files: dict[str, Path], suffix: str) -> None:
    command = [sys.executable, "-c", LOAD, str(files[suffix])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    mapped, converted = json.loads(done.stdout)
    assert mapped["size"] > 190e6
    assert mapped["whole"] < 1.1 * mapped["size"]
    assert mapped["anonymous"] < 0.1 * mapped["size"]  # the network is the mapped file
    # Pages of the file are the system's to drop; what the process itself holds is the converted network.
    assert converted["anonymous"] < 1.1 * converted["size"]
