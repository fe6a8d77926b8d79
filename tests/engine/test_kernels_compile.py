"""Fused kernels compile for GPUs that are not here: Triton and FlashAttention 4 bring all that it takes."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="Triton is for Linux")


@pytest.mark.parametrize("capability", [86, 89, 100, 120], ids=["RTX 30", "RTX 40", "B200", "RTX 50"])
def test_every_kernel_compiles(capability: int, tmp_path: Path) -> None:
    """In a process of its own, for here the interpreter takes the compiler's place."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    command = [sys.executable, "-m", "tests.engine.compiling", str(capability)]
    done = subprocess.run(
        command, env=environment | {"TRITON_CACHE_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.skipif(not find_spec("flash_attn"), reason="artifex[hopper] is not installed")
def test_kernels_in_the_language_of_flash_attention_4_compile() -> None:
    script = (
        "import torch; from artifex.engine.attention import flash4_fp8_kernel as narrow, flash4_pair_kernel as pairs; "
        "narrow.compiled(), pairs.compiled(torch.bfloat16), pairs.compiled(torch.float16)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"CUTE_DSL_ARCH": "sm_90a"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
