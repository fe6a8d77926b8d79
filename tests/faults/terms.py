"""The configuration that a test passes to a studio's processes, in one environment variable."""

import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from artifex.jobs.queue import Pace, Slot
from artifex.jobs.state import Kind
from tests.faults.pace import PACE
from tests.faults.points import Orders

SLOT_PROGRAM = (sys.executable, "-m", "tests.faults.slot_program")
HOST_PROGRAM = "import runpy; runpy.run_module('tests.faults.host_program', run_name='__main__')"
_VARIABLE = "ARTIFEX_FAULT_TERMS"


@dataclass(frozen=True, slots=True)
class Terms:
    """The configuration of one host process. ``root``: the test's folder; ``host``: the process's name; ``slots``: how
    many it runs; ``port``: of its API, if it has one; ``poll``: the polling interval of slots in seconds."""

    root: str
    host: str
    slots: int = 0
    port: int | None = None
    poll: float = 0.25
    spoils_rings: bool = False
    lease: float = PACE.lease
    """Longer in tests in which no worker may lose its lease, however busy the machine is."""
    kinds: tuple[Kind, ...] = ("generate",)
    """The kinds of jobs of its slots: ``generate`` computes hash chains instead of clips, all others do real work."""

    @property
    def pace(self) -> Pace:
        return replace(PACE, lease=self.lease)

    @property
    def orders(self) -> Orders:
        return Orders(Path(self.root))

    @property
    def clock(self) -> Path:
        return Path(self.root) / f"{self.host}.clock"

    def all_slots(self) -> list[Slot]:
        return [Slot(f"{self.host}.cpu{index}", self.host, "cpu", tuple(self.kinds)) for index in range(self.slots)]

    def environment(self) -> dict[str, str]:
        return {_VARIABLE: json.dumps(asdict(self))}


def read_terms() -> Terms:
    return Terms(**json.loads(os.environ[_VARIABLE]))
