"""What the program knows of the machine it runs on."""

import os
import subprocess
import sys
import time
import types
from pathlib import Path

import psutil
import pytest
import torch

from artifex import machine
from artifex.machine import Accelerator, peak_memory, process_age, this_machine, torch_build


class FakeNvml(types.ModuleType):
    """Two cards, as NVIDIA's library would tell of them."""

    NVMLError = RuntimeError

    def nvmlInit(self) -> None: ...
    def nvmlShutdown(self) -> None: ...

    def nvmlDeviceGetCount(self) -> int:
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        if index not in (0, 1):
            raise RuntimeError("no such card")
        return index

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> int:
        return self.nvmlDeviceGetHandleByIndex({"GPU-a": 0, "GPU-b": 1}.get(uuid, -1))

    def nvmlDeviceGetName(self, handle: int) -> str:
        return f"card {handle}"

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> types.SimpleNamespace:
        return types.SimpleNamespace(total=2**34, free=2**33)

    def nvmlDeviceGetCudaComputeCapability(self, handle: int) -> list[int]:
        return [8, 9 - handle]

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> types.SimpleNamespace:
        if handle:
            raise RuntimeError("not supported")
        return types.SimpleNamespace(gpu=37, memory=5)

    def nvmlSystemGetDriverVersion(self) -> str:
        return "580.1"


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> FakeNvml:
    fake = FakeNvml("pynvml")
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return fake


def test_this_machine_makes_sense() -> None:
    found = this_machine()
    assert 1 <= found.cpu_count <= (os.cpu_count() or 1)
    assert found.cpu_name
    assert 0 < found.ram_available <= found.ram_total <= psutil.virtual_memory().total


def test_the_torch_build_is_what_torch_says() -> None:
    build = torch_build()
    assert build is not None
    assert (build.version, build.cuda) == (torch.__version__, torch.version.cuda)


def test_looking_imports_no_torch() -> None:
    program = "import sys; from artifex.machine import this_machine; this_machine(); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "False"


def test_cards_are_listed(nvml: FakeNvml) -> None:
    assert this_machine().accelerators == tuple(
        Accelerator(f"card {index}", 2**34, 2**33, "580.1", (8, 9 - index)) for index in range(2)
    )


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        ("", []),
        ("1", ["card 1"]),
        ("1,0", ["card 1", "card 0"]),
        ("GPU-b", ["card 1"]),
        ("0,7,1", ["card 0"]),
        ("-1", []),
    ],
)
def test_hidden_cards_are_not_listed(
    nvml: FakeNvml, monkeypatch: pytest.MonkeyPatch, visible: str, names: list[str]
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert [accelerator.name for accelerator in this_machine().accelerators] == names


def test_no_driver_means_no_cards(nvml: FakeNvml, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise RuntimeError("driver not loaded")

    monkeypatch.setattr(nvml, "nvmlInit", refuse)
    assert this_machine().accelerators == ()


def test_no_library_means_no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert this_machine().accelerators == ()


@pytest.mark.parametrize(("quota", "count"), [("150000 100000", 2), ("100000 100000", 1), ("max 100000", 8), ("?", 8)])
def test_a_container_quota_limits_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, count: int
) -> None:
    (tmp_path / "cpu.max").write_text(f"{quota}\n")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert this_machine().cpu_count == count


def test_a_container_limits_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    found = this_machine()
    assert (found.ram_total, found.ram_available) == (1000, 600)


def test_peak_memory_grows_by_what_is_touched() -> None:
    program = (
        "from artifex.machine import peak_memory\n"
        "before = peak_memory()\n"
        "block = b'x' * 200_000_000\n"
        "print(peak_memory() - before)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert 180_000_000 < int(ran.stdout) < 230_000_000
    assert peak_memory() >= psutil.Process().memory_info().rss // 2


def test_process_age_is_near_what_the_system_says() -> None:
    age = process_age()
    assert 0 < age
    assert abs(age - (time.time() - psutil.Process().create_time())) < 2
