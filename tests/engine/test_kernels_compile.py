"""Fused kernels compile for GPUs that are not here: Triton brings all that it takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="Triton is for Linux")


@pytest.mark.parametrize("capability", [86, 89, 120], ids=["RTX 30", "RTX 40", "RTX 50"])
def test_every_kernel_compiles(capability: int, tmp_path: Path) -> None:
    """In a process of its own, for here the interpreter takes the compiler's place."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    command = [sys.executable, "-m", "tests.engine.compiling", str(capability)]
    done = subprocess.run(
        command, env=environment | {"TRITON_CACHE_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
