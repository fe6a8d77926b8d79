"""Detects, without torch, this machine's processor, memory, NVIDIA GPUs and installed torch build."""

import math
import os
import platform
import runpy
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import psutil

_CGROUP = Path("/sys/fs/cgroup")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Accelerator:
    """An NVIDIA GPU as its driver describes it. Memory in bytes."""

    name: str
    memory_total: int
    memory_free: int
    driver: str
    capability: tuple[int, int] = (0, 0)
    """CUDA compute capability: (8, 9) is an RTX 40, (9, 0) an H100; (0, 0) where it is unknown."""
    utilisation: float | None = field(default=None, compare=False)
    """Share of the last sampling period in which it was busy, 0 to 1; None where the driver does not report it."""


@dataclass(frozen=True, slots=True)
class TorchBuild:
    """The installed torch: its version, and the CUDA version it was compiled for (None: processor only)."""

    version: str
    cuda: str | None


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine as this process may use it: affinity and container limits are taken into account."""

    cpu_count: int
    cpu_name: str
    ram_total: int
    ram_available: int
    accelerators: tuple[Accelerator, ...]
    """NVIDIA GPUs that ``CUDA_VISIBLE_DEVICES`` leaves to this process."""
    torch: TorchBuild | None

    @property
    def usable_accelerators(self) -> tuple[Accelerator, ...]:
        """The GPUs, if the installed torch was built for CUDA; otherwise none."""
        return self.accelerators if self.torch is not None and self.torch.cuda is not None else ()


class _Limit(NamedTuple):
    total: int
    free: int


def this_machine() -> Machine:
    """Look at the machine now; takes milliseconds and imports no torch."""
    memory = psutil.virtual_memory()
    limit = _memory_limit()
    return Machine(
        cpu_count=_cpu_count(),
        cpu_name=_cpu_name(),
        ram_total=memory.total if limit is None else min(memory.total, limit.total),
        ram_available=memory.available if limit is None else min(memory.available, limit.free),
        accelerators=_accelerators(),
        torch=torch_build(),
    )


class HeldMemory(NamedTuple):
    """Physical memory that this process holds, in bytes."""

    own: int
    """What the system could only swap: anonymous and shared memory."""
    mapped: int
    """Pages of files, which the system can drop at any time and read again: weights, and the code of libraries."""


def held_memory() -> HeldMemory | None:
    """What this process holds now; None where the system does not tell."""
    try:
        status = _STATUS.read_bytes()
    except OSError:
        return None
    held = [status.partition(field)[2].split(maxsplit=1)[:1] for field in (b"RssAnon:", b"RssShmem:", b"RssFile:")]
    if not all(held):  # a kernel that gives only their sum
        return None
    own, shared, mapped = (int(amount) * 1024 for [amount] in held)
    return HeldMemory(own + shared, mapped)


def peak_memory() -> int:
    """The most physical memory this process has held so far, in bytes, with all pages of files."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset
    if sys.platform == "linux":  # where ru_maxrss is inherited from the parent process
        status = _STATUS.read_text()
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def process_age() -> float:
    """Seconds since the operating system started this process."""
    if sys.platform == "linux":  # psutil's create_time may be a second off, as it adds to a boot time in whole seconds
        start = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - start)
    return max(0.0, time.time() - psutil.Process().create_time())


@cache
def torch_build() -> TorchBuild | None:
    """The installed torch, read from its ``version.py`` without importing it. None if it is not installed."""
    package = find_spec("torch")
    if package is None or package.origin is None:
        return None
    try:
        facts = runpy.run_path(str(Path(package.origin).with_name("version.py")))
    except OSError:
        return None
    return TorchBuild(str(facts["__version__"]), facts.get("cuda"))


def has_flash_attention_4() -> bool:
    """Whether FlashAttention 4, the quickest on Hopper, and its compiler are installed; neither is imported."""
    return all(find_spec(package) for package in ("flash_attn", "cutlass"))


def _cpu_count() -> int:
    """Processors that this process may use, limited by its container's quota."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        if quota != "max":
            count = min(count, math.ceil(int(quota) / int(period)))
    return max(1, count)


def _cpu_name() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_limit() -> _Limit | None:
    """The container's memory limit; None where there is none."""
    with suppress(OSError, ValueError):
        total = int((_CGROUP / "memory.max").read_text())
        return _Limit(total, max(0, total - int((_CGROUP / "memory.current").read_text())))
    return None


def _accelerators() -> tuple[Accelerator, ...]:
    """Ask NVIDIA's management library; without it or its driver there are none."""
    try:
        nvml: Any = import_module("pynvml")
    except ImportError:
        return ()
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return ()
    try:
        return tuple(_accelerator(nvml, handle) for handle in _visible(nvml))
    except nvml.NVMLError:
        return ()
    finally:
        nvml.nvmlShutdown()


def _visible(nvml: Any) -> list[Any]:
    """Handles of the GPUs that ``CUDA_VISIBLE_DEVICES`` leaves; like CUDA, stops at the first unknown name."""
    names = os.environ.get("CUDA_VISIBLE_DEVICES")
    if names is None:
        return [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
    handles: list[Any] = []
    with suppress(nvml.NVMLError):
        for name in filter(None, names.split(",")):
            by_index = name.strip().isdecimal()
            handles.append(
                nvml.nvmlDeviceGetHandleByIndex(int(name)) if by_index else nvml.nvmlDeviceGetHandleByUUID(name.strip())
            )
    return handles


def _accelerator(nvml: Any, handle: Any) -> Accelerator:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    capability = tuple(nvml.nvmlDeviceGetCudaComputeCapability(handle))
    name, driver = nvml.nvmlDeviceGetName(handle), nvml.nvmlSystemGetDriverVersion()
    return Accelerator(name, memory.total, memory.free, driver, capability, _utilisation(nvml, handle))


def _utilisation(nvml: Any, handle: Any) -> float | None:
    """None for MIG partitions and old cards, which do not report it."""
    with suppress(nvml.NVMLError):
        return nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    return None
