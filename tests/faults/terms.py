"""What the processes of a studio are told by the test that starts them, in one variable of their environment."""

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
    """``root`` is the test's folder; ``host`` names this process, ``slots`` says how many it keeps, ``port`` where it
    serves the API, if it does; ``poll`` is how often slots look by themselves, in seconds."""

    root: str
    host: str
    slots: int = 0
    port: int | None = None
    poll: float = 0.25
    spoils_rings: bool = False
    lease: float = PACE.lease
    """Longer in tests in which no worker may lose its job, however busy the machine is."""
    kinds: tuple[Kind, ...] = ("generate",)
    """Of the jobs that its slots do: chains of hashes in place of clips, all others in earnest."""

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
