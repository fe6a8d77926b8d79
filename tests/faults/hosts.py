"""The hosts of a studio, each a process with its slots' processes; restarted like services when they end."""

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.faults.terms import HOST_PROGRAM, Terms
from tests.forks import Fork

ROOT = Path(__file__).parents[2]
_LOOK_SECONDS = 0.05


class Hosts:
    """Keeps host processes running until closed; restarts any that ends."""

    def __init__(self, hosts: Mapping[str, Terms], environment: Mapping[str, str]) -> None:
        self.terms = hosts
        self._environment = environment
        self._processes: dict[str, Fork] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keep hosts", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def kill(self, name: str) -> None:
        """Kill a host's main process; its slots notice and exit cleanly."""
        with self._lock:
            self._processes[name].kill()

    def kill_all(self, name: str) -> None:
        """Kill all processes of a host at once, like a power cut."""
        with self._lock:
            with suppress(ProcessLookupError):  # just started, and not a group leader yet
                os.killpg(self._processes[name].pid, signal.SIGKILL)
            self._processes[name].kill()

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Suspend all processes of a host within the block."""
        main = psutil.Process(self.pid(name))
        everybody = [main, *main.children(recursive=True)]
        for process in everybody:
            process.suspend()
        try:
            yield
        finally:
            for process in everybody:
                process.resume()

    def pid(self, name: str) -> int:
        with self._lock:
            return self._processes[name].pid

    def close(self) -> None:
        self._closing.set()
        self._keeper.join()
        for name, process in self._processes.items():
            self.kill_all(name)
            process.wait()

    def _keep(self) -> None:
        while not self._closing.is_set():
            with self._lock:
                for name, terms in self.terms.items():
                    if name not in self._processes or self._processes[name].poll() is not None:
                        self._processes[name] = self._begin(terms)
            self._closing.wait(_LOOK_SECONDS)

    def _begin(self, terms: Terms) -> Fork:
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)])
        environment = {**inherited, **self._environment, **terms.environment(), "PYTHONPATH": path}
        log = Path(terms.root) / f"{terms.host}.log"
        return Fork(HOST_PROGRAM, (), environment, ROOT, pipes=(), log=log, leads=True)
