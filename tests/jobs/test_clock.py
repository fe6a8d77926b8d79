"""What a clip's clock tells of its first step, in which kernels are loaded and compiled."""

from collections.abc import Callable, Sequence

import pytest

from artifex.catalog.contract import Frames, StepReport
from artifex.jobs.clock import StageClock
from artifex.jobs.measurements import StageTimes
from artifex.jobs.report import Stage


class Quiet:
    """A `Report` to nobody."""

    def stage(self, name: Stage) -> None:
        pass

    def step(self, done: StepReport, preview: Callable[[], Frames]) -> None:
        pass

    def frames(self, done: int, of: int) -> None:
        pass

    def gave_way(self, rung: str) -> None:
        pass

    def stopping(self) -> bool:
        return False


def timed(monkeypatch: pytest.MonkeyPatch, steps: Sequence[tuple[float, int]]) -> StageTimes:
    """A clip of these steps, each with its seconds and passes."""
    now = 100.0
    monkeypatch.setattr("artifex.jobs.clock.time.perf_counter", lambda: now)
    clock = StageClock(Quiet())
    clock.enter("load")
    now += 9.0
    clock.enter("denoise")
    for seconds, passes in steps:
        now += seconds
        clock.step(passes)
    clock.enter("decode")
    now += 2.0
    return clock.finish(0)


@pytest.mark.parametrize(
    ("steps", "warm_up"),
    [
        ([(8.0, 2), (1.0, 2), (1.5, 2), (1.1, 2)], 6.9),  # the third of them waited for something
        ([(8.0, 2), (1.0, 2), (0.0, 0), (0.5, 1)], 7.0),  # a step that was saved, one without guidance
        ([(1.0, 2), (1.1, 2)], 0.0),
        ([(8.0, 2)], 0.0),  # nothing to compare with
        ([(8.0, 2), (0.5, 1)], 0.0),
        ([], 0.0),
    ],
)
def test_the_first_step_against_the_others(
    monkeypatch: pytest.MonkeyPatch, steps: list[tuple[float, int]], warm_up: float
) -> None:
    times = timed(monkeypatch, steps)
    assert times.warm_up == pytest.approx(warm_up)
    assert times.seconds == pytest.approx({"load": 9.0, "denoise": sum(each for each, _ in steps), "decode": 2.0})
