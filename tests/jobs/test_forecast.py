"""Expected step times of a running job before it has measured any."""

from artifex.jobs.worker.forecast import Forecast


def test_a_stage_is_given_what_its_plan_says_until_it_has_shown_its_own() -> None:
    forecast = Forecast(steps=20)
    assert forecast.expected_step == 0
    forecast.plan({"load": 400, "encode": 70, "denoise": 17_760, "decode": 900})
    assert forecast.expected_step == 0
    told: list[float] = []
    for stage in ("load", "encode", "denoise"):
        forecast.enter(stage)
        told.append(forecast.expected_step)
    assert told == [400, 70, 888]
    forecast.advance(1, 20)
    assert forecast.expected_step == 0
    forecast.enter("decode")
    assert forecast.expected_step == 900
    forecast.advance(4, 81)
    assert forecast.expected_step == 0


def test_a_plan_may_come_when_its_stage_has_begun() -> None:
    forecast = Forecast(steps=0)
    forecast.enter("load")
    assert forecast.expected_step == 0
    forecast.plan({"load": 400})
    assert forecast.expected_step == 400


def test_a_stage_that_has_done_nothing_yet_takes_as_long_as_planned() -> None:
    forecast = Forecast(20)
    forecast.plan({"denoise": 40.0, "decode": 12.0})
    forecast.enter("decode")
    assert forecast.advance(0, 81) == 12.0
    assert forecast.expected_step == 12.0, "nothing was measured"
