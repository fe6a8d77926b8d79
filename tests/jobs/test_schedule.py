"""The scheduling policy alone, on plain data and seeded simulations."""

import random
import time
from dataclasses import dataclass, field, replace

import pytest

from artifex.errors import BadInput
from artifex.jobs.schedule import LOOKAHEAD, Idle, Lane, Waiting, check_window, choose, is_open, next_lane


def lane(owner: str, tier: int = 0, last_turn: int = 0, wanted_slot: str | None = None) -> Lane:
    return Lane(owner, tier, "generate", wanted_slot, last_turn)


def waiting(name: str, model: str = "", passed: int = 0, wanted_slot: str | None = None) -> Waiting:
    return Waiting(name, "generate", model, wanted_slot, passed)


def idle(name: str = "gpu0", resident: str = "") -> Idle:
    return Idle(name, ("generate",), resident)


def test_the_highest_tier_comes_first_then_whose_turn_is_longest_ago() -> None:
    lanes = [lane("ann", 0, 1), lane("bob", 1, 9), lane("cy", 1, 8)]
    assert next_lane(lanes, [idle()]) == lanes[2]
    assert next_lane([], [idle()]) is None


def test_a_lane_without_a_slot_for_it_is_passed_by() -> None:
    lanes = [lane("ann", 5, 0, "gpu7"), lane("bob")]
    assert next_lane(lanes, [idle()]) == lanes[1]


def test_a_model_in_memory_is_used() -> None:
    jobs = [waiting("1", "wan"), waiting("2", "svd"), waiting("3", "wan")]
    choice = choose(jobs, [idle(resident="svd")])
    assert choice is not None
    assert (choice.job.id, choice.passed_over) == ("2", ("1",))


def test_the_first_is_not_passed_over_where_there_is_a_slot_for_each() -> None:
    jobs = [waiting("1", "wan"), waiting("2", "svd")]
    choice = choose(jobs, [idle("gpu0", "svd"), idle("gpu1")])
    assert choice is not None
    assert (choice.job.id, choice.slot.name, choice.passed_over) == ("1", "gpu1", ())


def test_a_warm_slot_is_left_to_the_job_that_is_at_home_there() -> None:
    choice = choose([waiting("1", "wan")], [idle("gpu0"), idle("gpu1", "wan")])
    assert choice is not None
    assert choice.slot.name == "gpu1"


def test_an_empty_slot_is_taken_before_a_model_is_turned_out() -> None:
    choice = choose([waiting("1", "wan")], [idle("gpu0", "svd"), idle("gpu1")])
    assert choice is not None
    assert choice.slot.name == "gpu1"


def test_a_job_passed_over_often_enough_is_next() -> None:
    jobs = [waiting("1", "wan"), waiting("2", "wan", passed=LOOKAHEAD), waiting("3", "svd")]
    choice = choose(jobs, [idle(resident="svd")])
    assert choice is not None
    assert choice.job.id == "1"


@dataclass
class Studio:
    """A simulation with slots and a queue of jobs for each owner, in plain lists."""

    slots: list[Idle]
    lines: dict[str, list[Waiting]] = field(default_factory=dict[str, list[Waiting]])
    turns: dict[str, int] = field(default_factory=dict[str, int])
    started: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """(Owner, job) in the order in which they started."""
    switches: int = 0

    def serve(self, slot: Idle) -> None:
        """A slot becomes idle and is given a job."""
        lanes = [lane(owner, 0, self.turns.get(owner, 0)) for owner, line in self.lines.items() if line]
        turn = next_lane(lanes, [slot])
        if turn is None:
            return
        line = self.lines[turn.owner]
        choice = choose(line, [slot])
        assert choice is not None
        self.lines[turn.owner] = [
            replace(job, passed=job.passed + 1) if job.id in choice.passed_over else job
            for job in line
            if job.id != choice.job.id
        ]
        self.turns[turn.owner] = len(self.started) + 1
        self.started.append((turn.owner, choice.job.id))
        self.switches += slot.resident != choice.job.model
        self.slots[self.slots.index(slot)] = replace(slot, resident=choice.job.model)


@pytest.mark.parametrize("seed", range(10))
def test_no_job_starts_after_more_than_32_that_came_later(seed: int) -> None:
    dice = random.Random(seed)
    studio = Studio([idle(f"gpu{number}") for number in range(dice.randint(1, 4))])
    models = ["wan", "svd", "hunyuan"]
    owners = [f"owner{number}" for number in range(dice.randint(1, 5))]
    favourite = {owner: dice.choice(models) for owner in owners}
    came: dict[str, list[str]] = {owner: [] for owner in owners}
    for number in range(1500):
        owner = dice.choice(owners)
        model = favourite[owner] if dice.random() < 0.9 else dice.choice(models)
        studio.lines.setdefault(owner, []).append(waiting(f"{number}", model))
        came[owner].append(f"{number}")
        if number > 200:
            studio.serve(dice.choice(studio.slots))
    while any(studio.lines.values()):
        studio.serve(dice.choice(studio.slots))
    for owner in owners:
        order = [job for who, job in studio.started if who == owner]
        place = {job: index for index, job in enumerate(came[owner])}
        for index, job in enumerate(order):
            overtaken = sum(place[earlier] > place[job] for earlier in order[:index])
            assert overtaken <= LOOKAHEAD


def test_models_are_seldom_changed_for_one_owners_mixed_jobs() -> None:
    dice = random.Random(1)
    studio = Studio([idle()], {"ann": [waiting(f"{n}", dice.choice(["wan", "svd", "hunyuan"])) for n in range(600)]})
    while any(studio.lines.values()):
        studio.serve(studio.slots[0])
    assert studio.switches < 600 / 6


def test_owners_are_served_in_turn_however_much_they_ask() -> None:
    studio = Studio([idle()])
    studio.lines = {"ann": [waiting(f"a{n}") for n in range(1000)], "bob": [waiting(f"b{n}") for n in range(5)]}
    for _time in range(10):
        studio.serve(studio.slots[0])
    assert sum(owner == "bob" for owner, _job in studio.started) == 5
    studio.lines["cy"] = [waiting("c")]
    studio.serve(studio.slots[0])
    assert studio.started[-1] == ("cy", "c")


@pytest.mark.parametrize(
    ("window", "clock", "opened"),
    [
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("09:30-17:00", "09:29", False),
        ("09:30-17:00", "12:00", True),
        ("09:30-17:00", "17:00", False),
        ("00:00-00:00", "13:00", True),
    ],
)
def test_windows_are_local_and_may_pass_midnight(window: str, clock: str, opened: bool) -> None:
    now = time.mktime(time.strptime(f"2026-11-21 {clock}", "%Y-%m-%d %H:%M"))
    assert is_open(window, now) is opened


@pytest.mark.parametrize("window", ["", "22-06", "24:00-06:00", "22:00-06:60", "22:00-06:00 ", "２２:00-06:00"])
def test_what_is_no_window_is_refused(window: str) -> None:
    with pytest.raises(BadInput):
        check_window(window)
