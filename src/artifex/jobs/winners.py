"""The fastest attention backends of this machine, stored as JSON for all its processes.

Backends differ in the last bits of their results. A clip is only reproducible bit for bit if later processes use the
backend of the first, however close the measured times were.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from artifex.errors import NotWritable, OutOfSpace
from artifex.files import write_atomically
from artifex.jobs.locked import locked, read_json
from artifex.jobs.measurements import hardware_key
from artifex.machine import this_machine

FORMAT = 1
_MOST_HARDWARE = 8
"""Combinations of device, driver and torch kept; the oldest are dropped first."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Race:
    """A comparison of backends: the fastest, and the seconds of each by name."""

    winner: str
    seconds: Mapping[str, float]


_Races = Mapping[str, Mapping[str, Race]]
"""By hardware, then by case."""


@dataclass(frozen=True, slots=True)
class KeptWinners:
    """Races stored by any process. An unreadable file counts as empty."""

    path: Path

    def recall(self, device: str, case: str) -> str | None:
        """The fastest backend; None if none was measured.

        Args:
            device: ``cpu`` or ``cuda:N``.
            case: what is computed, with which versions.
        """
        race = self.races().get(hardware_key(this_machine(), device), {}).get(case)
        return None if race is None else race.winner

    def settle(self, device: str, case: str, winner: str, seconds: Mapping[str, float]) -> str:
        """Store a race and return the winner to use: that of another process, if it stored one first and its backend
        is among ``seconds``.

        If the file cannot be written, ``winner`` is used by this process alone.
        """
        hardware = hardware_key(this_machine(), device)
        try:
            with locked(self.path):
                races = dict(self.races())
                cases = races.pop(hardware, {})
                known = cases.get(case)
                if known is not None and known.winner in seconds:
                    return known.winner
                cases = {**cases, case: Race(winner, seconds)}
                self._write(dict([*races.items(), (hardware, cases)][-_MOST_HARDWARE:]))
        except (NotWritable, OutOfSpace, OSError) as error:
            _log.warning("The quickest attention backend is not remembered: %s", error)
        return winner

    def races(self) -> _Races:
        """All stored races; the hardware stored last comes last."""

        def parse(data: Mapping[str, Any]) -> _Races:
            return {
                str(hardware): {str(case): _race(each) for case, each in cases.items()}
                for hardware, cases in data["hardware"].items()
            }

        return read_json(self.path, FORMAT, parse, "which attention is the quickest is found out anew")

    def _write(self, races: _Races) -> None:
        hardware = {name: {case: asdict(race) for case, race in cases.items()} for name, cases in races.items()}
        write_atomically(self.path, (json.dumps({"format": FORMAT, "hardware": hardware}, indent=1) + "\n").encode())


def _race(data: Mapping[str, Any]) -> Race:
    return Race(str(data["winner"]), {str(name): float(seconds) for name, seconds in data["seconds"].items()})
