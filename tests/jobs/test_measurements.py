"""A machine's measurements of its own speed."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog.plan import Plan, Prediction
from artifex.catalog.rates import typical
from artifex.catalog.work import StageTimes, Work
from artifex.jobs.measurements import device_key, read_rates, record
from artifex.machine import Accelerator, Machine, TorchBuild

MACHINE = Machine(2, "a processor", 2**34, 2**34, (), TorchBuild("2.13.0+cpu", None))
WORK = Work(32, 2.4e11, 9e10, 1e9, 1.2e11, 9, 2_000_000, 48_000_000, 100_000_000, 10_000_000, 1_000_000)
TIMES = StageTimes({"load": 2.0, "encode": 0.1, "denoise": 5.0, "decode": 3.0}, peak_ram=700_000_000)


TYPICAL = typical("cpu")


def a_plan(work: Work = WORK, device: str = "cpu") -> Plan:
    return Plan(device, "float32", work=work, prediction=Prediction(0, 0, 0, {}, "estimated"))


def remember(path: Path, work: Work = WORK, times: StageTimes = TIMES) -> None:
    record(path, MACHINE, a_plan(work), times)


def test_what_is_recorded_comes_back_as_rates(tmp_path: Path) -> None:
    path = tmp_path / "home" / "measurements.json"
    assert read_rates(path, MACHINE, "cpu") == TYPICAL
    remember(path)
    rates = read_rates(path, MACHINE, "cpu")
    assert rates.clips == 1
    assert rates.stages(WORK)["denoise"] == pytest.approx(5.0, rel=0.05)
    assert rates.ram(WORK) == pytest.approx(700_000_000, rel=0.05)


def test_other_versions_and_devices_start_anew(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path)
    newer = replace(MACHINE, torch=TorchBuild("2.14.0+cpu", None))
    wider = replace(MACHINE, cpu_count=8)
    assert read_rates(path, newer, "cpu") == read_rates(path, wider, "cpu") == TYPICAL


def test_a_gpu_is_known_by_name_and_driver() -> None:
    cards = tuple(Accelerator("a card", 2**34, 2**34, driver) for driver in ("580.1", "590.2"))
    built = TorchBuild("2.13.0", "13.0")
    keys = {device_key(replace(MACHINE, accelerators=(card,), torch=built), "cuda:0") for card in cards}
    assert len(keys) == 2


def test_what_several_gpus_did_together_says_nothing_about_one(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    record(path, MACHINE, replace(a_plan(), gpus=2), TIMES)
    rates = read_rates(path, MACHINE, "cpu")
    assert rates.costs["denoise"] == TYPICAL.costs["denoise"]
    assert rates.costs["decode"] == TYPICAL.costs["decode"]
    assert rates.costs["encode"] != TYPICAL.costs["encode"]


def test_one_shape_made_often_does_not_crowd_out_the_others(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path, replace(WORK, forwards=2))
    for _ in range(40):
        remember(path)
    assert read_rates(path, MACHINE, "cpu").clips == 4


def test_the_file_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    for steps in range(1, 60):
        remember(path, replace(WORK, forwards=steps))
    assert read_rates(path, MACHINE, "cpu").clips == 24


def test_a_model_that_was_loaded_already_says_nothing_about_loading(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path, times=replace(TIMES, seconds={**TIMES.seconds, "load": 0.0001}))
    assert read_rates(path, MACHINE, "cpu").costs["load"] == TYPICAL.costs["load"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 99}', '{"format": 3, "devices": {"cpu": [{}]}}', '{"format": 3, "devices": 3}'],
)
def test_a_file_that_makes_no_sense_is_ignored_and_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    path = tmp_path / "measurements.json"
    path.write_text(text)
    with caplog.at_level(logging.WARNING):
        assert read_rates(path, MACHINE, "cpu") == TYPICAL
    assert "ignored" in caplog.text
    remember(path)
    assert read_rates(path, MACHINE, "cpu").clips == 1


@pytest.mark.parametrize("bad", ["NaN", "-1", "1e99", "true", '"7"'])
def test_absurd_numbers_are_not_believed(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "measurements.json"
    remember(path)
    text = path.read_text()
    path.write_text(text.replace('"peak_ram": 700000000', f'"peak_ram": {bad}'))
    assert path.read_text() != text
    assert read_rates(path, MACHINE, "cpu") == TYPICAL


def test_a_clip_measured_before_voices_were_counted_still_tells(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path)
    data = json.loads(path.read_text())
    [[clip]] = data["devices"].values()
    del clip["work"]["heard"], clip["work"]["between"]
    rates = read_rates(path, MACHINE, "cpu")
    path.write_text(json.dumps(data))
    assert read_rates(path, MACHINE, "cpu") == rates


def test_a_first_step_that_loads_kernels_does_not_make_the_others_slower(tmp_path: Path) -> None:
    path, steady = tmp_path / "measurements.json", tmp_path / "steady.json"
    remember(steady)
    remember(path, times=replace(TIMES, seconds={**TIMES.seconds, "denoise": 5.0 + 9.0}, warm_up=9.0))
    found = read_rates(path, MACHINE, "cpu")
    assert found.costs["denoise"] == read_rates(steady, MACHINE, "cpu").costs["denoise"]
    assert found.costs["warm_up"] == (9.0,)
    assert found.stages(WORK)["denoise"] == pytest.approx(14.0, rel=0.01)


def test_nor_do_clips_of_a_running_program_tell_of_it(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path, times=replace(TIMES, seconds={**TIMES.seconds, "load": 0.0001}, warm_up=0.2))
    assert read_rates(path, MACHINE, "cpu").costs["warm_up"] == TYPICAL.costs["warm_up"]


def test_a_clip_whose_first_step_was_not_told_apart_says_nothing_about_steps(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path)
    data = json.loads(path.read_text())
    [[clip]] = data["devices"].values()
    del clip["warm_up"]
    path.write_text(json.dumps(data))
    rates = read_rates(path, MACHINE, "cpu")
    assert rates.costs["denoise"] == TYPICAL.costs["denoise"]
    assert rates.costs["decode"] != TYPICAL.costs["decode"]


def test_the_file_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "measurements.json"
    remember(path)
    [[key, clips]] = json.loads(path.read_text())["devices"].items()
    assert key == device_key(MACHINE, "cpu")
    assert clips[0]["seconds"] == TIMES.seconds
