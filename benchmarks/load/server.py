"""The program under test: a real ``artifex serve`` in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
from tests.fakes.ports import free_port

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: "subprocess.Popen[bytes]"
    began: float
    """Start of its process, on the monotonic clock."""

    def wait_until_healthy(self) -> float:
        """Wait until it answers; returns the seconds since its process was started."""
        while True:
            try:
                if httpx2.get(f"http://127.0.0.1:{self.port}/healthz", timeout=1).is_success:
                    return time.monotonic() - self.began
            except httpx2.HTTPError:
                time.sleep(0.02)
            if self.process.poll() is not None or time.monotonic() - self.began > _PATIENCE:
                raise RuntimeError("the server did not start; its log is above")

    def resident_mebibytes(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 2**20


@contextmanager
def serve(home: Path, slots: str = "none") -> Iterator[Server]:
    """A server over the library in ``home``; it is killed at the end, as by a power cut."""
    port = free_port()
    environment = {**os.environ, "ARTIFEX_HOME": str(home), "ARTIFEX_LOG": "WARNING", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "artifex.cli.main", "serve", "--accounts", "--port", str(port), "--slots", slots]
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield Server(port, process, began)
    finally:
        process.kill()
        process.wait()
