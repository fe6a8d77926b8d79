"""A Wan model is ready without the seconds that torch's compiler and the big libraries take to import."""

import subprocess
import sys
from pathlib import Path

from tests.catalog.small_wan import write_small_wan

LOAD = """
import sys
from pathlib import Path
import torch
from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.engine.attention import pick_attention
load_components(Path(sys.argv[1]), Execution("cpu", "float32"), pick_attention())
print(*{"torch._dynamo", "sympy", "diffusers", "transformers"} & set(sys.modules))
"""


def test_loading_imports_nothing_slow(tmp_path: Path) -> None:
    folder = write_small_wan(tmp_path / "model")
    result = subprocess.run([sys.executable, "-c", LOAD, str(folder)], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []
