"""A machine's supervisor with real processes that die, freeze, hang or are asked to leave."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import BadInput, Busy
from artifex.jobs.queue import Queue, Slot
from artifex.jobs.transport.local import LocalTransport
from artifex.jobs.worker.devices import environment, slots_of
from artifex.jobs.worker.host import HostWorkers, open_doorbells
from artifex.jobs.worker.supervisor import Patience, Supervisor
from artifex.machine import Accelerator, Machine, TorchBuild
from artifex.media.encode import encode_video
from tests.fakes.upscalers import doubling
from tests.jobs.floor import MEDIA, Floor, at_step, has_checkpoint, slowed, small_recipe

SLOT = Slot("here.cpu0", "here", "cpu", MEDIA)
MACHINE = Machine(2, "a processor", 2**34, 2**33, (), None)

PLANNED = """
from dataclasses import replace
from artifex.jobs.planner import Outlook
plan_of = Outlook.plan
def planned(*asked):
    plan = plan_of(*asked)
    stages = dict.fromkeys(plan.prediction.stages, 60.0)
    return replace(plan, prediction=replace(plan.prediction, stages=stages))
Outlook.plan = planned
"""
"""Plans that give each stage of a clip a minute."""
SLOW_TILES = """
import time
from artifex.engine.upscaling import enlarger
from artifex.engine.upscaling.network import EnlargingNetwork
from artifex.engine.upscaling.spandrel_door import spandrel
spandrel()
enlarger._FIRST_TILE = {"cpu": 64}
call = EnlargingNetwork.__call__
def slow(self, picture):
    time.sleep(1)
    return call(self, picture)
EnlargingNetwork.__call__ = slow
"""


@contextmanager
def supervised(
    floor: Floor, program: str = "", patience: Patience | None = None, poll_seconds: float = 0.5
) -> Iterator[Supervisor]:
    """A supervisor of one slot; ``program`` is Python that runs first in its processes."""
    environment = floor.environment_with(program)
    transport = LocalTransport()
    queue = Queue(floor.database, transport.ring)
    floor.__dict__["queue"] = queue
    supervisor = Supervisor(
        queue,
        [SLOT],
        transport,
        {SLOT.name: environment},
        floor.home / "slots",
        poll_seconds=poll_seconds,
        patience=patience or Patience(),
    )
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


def pid_of(supervisor: Supervisor) -> int:
    return supervisor.processes()[SLOT.name]


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_a_killed_process_is_replaced_and_its_job_goes_on_at_once(floor: Floor) -> None:
    with supervised(floor, slowed(0.3)) as supervisor:
        job = floor.order(small_recipe(steps=5))
        floor.wait(job, has_checkpoint)
        first = pid_of(supervisor)
        os.kill(first, signal.SIGKILL)
        floor.wait(job, lambda row: row.attempt == 2, seconds=30)
        assert floor.finish(job).attempt == 2
        assert pid_of(supervisor) != first


def test_a_frozen_process_is_ended_and_its_job_goes_on(floor: Floor) -> None:
    with supervised(floor, slowed(0.3), Patience(silence=4, terminate=1)) as supervisor:
        job = floor.order(small_recipe(steps=5))
        floor.wait(job, has_checkpoint)
        frozen = pid_of(supervisor)
        os.kill(frozen, signal.SIGSTOP)
        assert floor.finish(job).attempt == 2
        assert not is_alive(frozen)


def test_a_job_that_does_not_heed_its_cancelling_is_ended(floor: Floor) -> None:
    hanging = slowed(600)
    with supervised(floor, hanging, Patience(cancel=0.5, terminate=0.5)):
        job = floor.order(small_recipe(steps=2))
        floor.wait(job, lambda row: row.stage == "denoise")
        floor.queue.cancel(job.id)
        assert floor.wait_for(job, "cancelled", seconds=30).state_name == "cancelled"


def test_a_job_that_gets_nowhere_is_ended_and_counted(floor: Floor) -> None:
    with supervised(floor, slowed(600), Patience(idle=2, terminate=0.5, grace=0.5)):
        job = floor.order(small_recipe(steps=2))
        floor.wait(job, lambda row: row.attempt == 2, seconds=60)


def test_a_job_that_is_slow_by_its_plan_is_left_alone(floor: Floor) -> None:
    """A step takes 8 s, with a timeout of 6 s but 30 s planned."""
    with supervised(floor, slowed(4) + PLANNED, Patience(idle=6, terminate=0.5)):
        assert floor.finish(floor.order(small_recipe(steps=2))).attempt == 1


def test_a_picture_that_is_enlarged_slowly_is_left_alone(floor: Floor, tmp_path: Path) -> None:
    """Its tiles take a second each, and together longer than the timeout."""
    encode_video([np.zeros((1, 160, 160, 3), np.uint8)], Fraction(16), tmp_path / "clip.mp4")
    clip = floor.keep(tmp_path / "clip.mp4", "video")
    network = floor.keep(doubling(tmp_path / "plain.safetensors"), "upscaler")
    with supervised(floor, SLOW_TILES, Patience(idle=6, terminate=0.5)):
        job = floor.finish(floor.ask("upscale", asset=clip.id, scale=2, upscaler=network.id))
    assert job.attempt == 1


def test_a_ring_is_heard_at_once_and_stopping_gives_the_job_back(floor: Floor) -> None:
    with supervised(floor, slowed(0.2), poll_seconds=60) as supervisor:
        floor.wait_until_alive(SLOT.name)
        began = time.monotonic()
        job = floor.order(small_recipe())
        floor.wait(job, lambda row: row.state_name == "running")
        assert time.monotonic() - began < 20  # not the 60 s of a poll
        floor.wait(job, at_step(1))
        process = pid_of(supervisor)
    row = floor.queue.get(job.id)
    assert (row.state_name, row.attempt) == ("queued", 0)
    assert row.checkpoint is not None
    assert not is_alive(process)


def test_whoever_does_not_leave_in_time_is_ended_and_its_job_given_back(floor: Floor) -> None:
    with supervised(floor, slowed(600), Patience(grace=0.5)) as supervisor:
        job = floor.order(small_recipe(steps=2))
        floor.wait(job, lambda row: row.stage == "denoise")
        process = pid_of(supervisor)
    row = floor.queue.get(job.id)
    assert (row.state_name, row.attempt) == ("queued", 0)
    assert not is_alive(process)


def test_a_slot_has_one_supervisor(floor: Floor) -> None:
    with supervised(floor), pytest.raises(Busy, match=r"here\.cpu0"), supervised(floor):
        pass


def test_whoever_was_refused_its_slots_can_be_stopped(floor: Floor) -> None:
    """As a server does when another worker of its machine has the slots."""
    settings = replace(floor.settings, broker_url="redis://127.0.0.1:1/0")
    doorbells = open_doorbells(settings)
    refused = HostWorkers(settings, Queue(floor.database, doorbells.ring), doorbells, ["cpu"], "here")
    with supervised(floor):
        with pytest.raises(Busy):
            refused.start()
        refused.stop()


def test_a_process_that_cannot_be_started_is_tried_again(floor: Floor) -> None:
    """As when memory is exhausted."""
    program = floor.home / "slot"
    supervisor = Supervisor(
        Queue(floor.database),
        [SLOT],
        LocalTransport(),
        {SLOT.name: floor.environment},
        floor.home / "slots",
        patience=Patience(restart=0.1, longest_restart=0.1),
        program=[str(program)],
    )
    supervisor.start()
    try:
        time.sleep(0.5)
        assert not supervisor.processes()
        program.write_text("#!/bin/sh\ncat\n")
        program.chmod(0o700)
        end = time.monotonic() + 10
        while not supervisor.processes():
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        supervisor.stop()


def test_a_processor_alone_does_everything() -> None:
    [slot] = slots_of("here", (), MACHINE)
    assert (slot.name, slot.device, slot.kinds) == ("here.cpu0", "cpu", MEDIA)


CARD = Accelerator("a card", 2**34, 2**33, "580.1")
SERVER = replace(MACHINE, accelerators=(CARD,) * 4, torch=TorchBuild("2.13.0", "13.0"))


def test_a_slot_may_have_several_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = slots_of("here", ("gpu0-1", "gpu3"), SERVER)
    assert [(slot.name, slot.device) for slot in slots] == [("here.gpu0-1", "cuda:0-1"), ("here.gpu3", "cuda:3")]
    assert [environment(slot, slots, SERVER)["CUDA_VISIBLE_DEVICES"] for slot in slots] == ["0,1", "3"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,6,7")
    assert environment(slots[0], slots, SERVER)["CUDA_VISIBLE_DEVICES"] == "4,5"


def test_a_gpu_may_have_one_expert() -> None:
    slots = slots_of("here", ("gpu0:high", "gpu1:low", "gpu2"), SERVER)
    assert [(slot.name, slot.device, slot.experts) for slot in slots] == [
        ("here.gpu0", "cuda:0", "high"),
        ("here.gpu1", "cuda:1", "low"),
        ("here.gpu2", "cuda:2", "both"),
    ]


@pytest.mark.parametrize(
    "names",
    [
        *(("gpu0-4",), ("gpu1-0",), ("gpu0-1", "gpu1"), ("gpu-1",)),
        *(("cpu:high",), ("gpu0:both",), ("gpu0-1:high",), ("gpu0:high", "gpu0:low"), ("gpu4:low",)),
    ],
)
def test_slots_of_gpus_that_there_are_not_or_that_are_taken_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match=r"no slot|another slot"):
        slots_of("here", names, SERVER)
