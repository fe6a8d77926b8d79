"""``artifex doctor`` says what is missing and how to mend it."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog import manifest, registry
from artifex.cli import doctor
from artifex.cli.doctor import Finding
from artifex.jobs.winners import KeptWinners
from artifex.machine import Accelerator, Machine, TorchBuild
from tests.cli.conftest import Run

CARD = Accelerator("a card", 2**34, 2**34, "580.1")


def test_a_healthy_machine(artifex: Run, tmp_path: Path) -> None:
    told = artifex("doctor", "--json")
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert report["able"] is True
    found = {finding["name"]: finding for finding in report["findings"]}
    assert {"processor", "memory", "disk", "home", "GPU", "torch", "encoders", "starter model"} <= set(found)
    assert "h264" in found["encoders"]["found"]
    assert str(tmp_path / "home") in found["home"]["found"]
    assert found["measurements"]["remedy"] == "artifex bench --calibrate"
    assert "opened" in found["sandbox"]["found"]
    assert found["sandbox"]["needed"] is False


@pytest.mark.parametrize(("days", "words"), [(0.5, "from today"), (1.2, "1 day old"), (2.4, "2 days old")])
def test_the_age_of_measurements(artifex: Run, tmp_path: Path, days: float, words: str) -> None:
    kept = tmp_path / "home" / "measurements.json"
    kept.parent.mkdir()
    kept.write_text("{}")
    made = time.time() - days * doctor.DAY
    os.utime(kept, (made, made))
    report = json.loads(artifex("doctor", "--json").stdout)
    assert [each["found"] for each in report["findings"] if each["name"] == "measurements"] == [words]


def test_a_home_that_cannot_be_written(artifex: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    told = artifex("doctor")
    assert told.returncode == 3
    assert "export ARTIFEX_HOME=FOLDER" in told.stdout
    assert "Clips cannot be made here" in told.stdout


def test_damaged_weights_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = registry.find_model("starter")
    folder = tmp_path / "weights"
    shutil.copytree(manifest.require_folder(spec), folder)
    name, _ = manifest.lock(spec).files[0]
    with (folder / name).open("r+b") as file:
        file.write(b"\0\1\2\3")
    monkeypatch.setattr(registry, "find_model", lambda _: replace(spec, folder=folder))
    monkeypatch.setenv("ARTIFEX_HOME", str(tmp_path / "home"))
    findings = {finding.name: finding for finding in doctor.examine()}
    assert findings["starter model"].well is False
    assert "damaged" in findings["starter model"].found


def test_a_part_that_fails_to_import_is_a_finding() -> None:
    def broken() -> Finding:
        raise ImportError("libnumbers.so.3: cannot open shared object file")

    finding = doctor.attempt("torch", "pip install torch", broken)
    assert finding.well is False
    assert "libnumbers" in finding.found
    assert finding.remedy == "pip install torch"


def test_a_gpu_that_lies_idle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    machine = Machine(2, "a processor", 2**34, 2**34, (CARD,), TorchBuild("2.13.0+cpu", None))
    finding = doctor.look_at_torch(machine)
    assert finding.well
    assert "idle" in finding.found
    assert "pip install" in finding.remedy


@pytest.mark.parametrize("installed", [True, False])
def test_quicker_kernels_are_offered_where_they_run(
    installed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("flash_attn", "cutlass") if installed else ():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    hopper, other = (
        Machine(2, "a processor", 2**34, 2**34, (replace(CARD, capability=capability),), TorchBuild("2.13.0", "13.0"))
        for capability in ((9, 0), (8, 9))
    )
    [finding] = doctor.quicker_attention(hopper)
    assert (finding.well, finding.needed) == (installed, False)
    assert finding.remedy == ("" if installed else "pip install 'artifex[hopper]'")
    assert not [*doctor.quicker_attention(other)]


def test_what_computes_attention_is_told(tmp_path: Path) -> None:
    winners = KeptWinners(tmp_path / "attention.json")
    assert list(doctor._attention(winners.path)) == []
    winners.settle("cpu", "bfloat16", "sdpa", {"sdpa": 1.0, "flash-4": 1.1})
    (finding,) = doctor._attention(winners.path)
    assert finding.found.endswith(": sdpa (bfloat16)")
