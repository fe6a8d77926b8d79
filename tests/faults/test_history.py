"""Tests of the checker: a sound history passes, and each rule detects its kind of broken history."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from artifex.jobs.queue import Event
from tests.faults import history as rules
from tests.faults.chain import Chain
from tests.faults.history import OK, RULES, SILENCE, AssetEnd, Call, Evidence, History, JobEnd, Rule, breaches

CHAIN = Chain(seed=7, steps=3)
SHA = "ab" * 32
SMALL = "cd" * 32


def event(seq: int, state: str, sequence: int, *, kind: Any = "state", step: int = 0, job_id: str = "j") -> Event:
    return Event(seq, job_id, "o", kind, {"state": state, "sequence": sequence, "step": step}, 0.0)


def told() -> list[Event]:
    states = ("queued", "dispatched", "running")
    first = [event(number, state, number) for number, state in enumerate(states, 1)]
    steps = [event(number, "running", number, kind="progress", step=number - 3) for number in (4, 5, 6)]
    return [*first, *steps, event(7, "finalizing", 7), event(8, "succeeded", 8)]


JOB = JobEnd("j", "succeeded", 8, CHAIN.request("t"), {"digest": CHAIN.digest(), "asset_ids": ["a"]})
ASSET = AssetEnd("a", "j", SHA, 10, (SHA, SMALL))
SOUND = Evidence({"j": JOB}, told(), [ASSET], {SHA: 10, SMALL: 5}, {SHA: (10, SHA), SMALL: (5, SMALL)})


def sound_history() -> History:
    return History([Call("submit", "t", OK, "j")])


def with_job(**changes: Any) -> Evidence:
    return replace(SOUND, jobs={"j": replace(JOB, **changes)})


def with_calls(*calls: Call) -> History:
    return History([*sound_history().calls, *calls])


def cancelled_with_asset() -> Evidence:
    events = [event(1, "queued", 1), event(2, "cancelled", 2)]
    return replace(SOUND, jobs={"j": replace(JOB, state="cancelled", sequence=2, result=None)}, events=events)


BROKEN: Mapping[str, tuple[History, Evidence, Rule]] = {
    "a job is lost": (sound_history(), replace(SOUND, jobs={}), rules.acknowledged_jobs_are_there),
    "a request came twice and made two jobs": (
        with_calls(Call("submit", "t", OK, "k")),
        replace(SOUND, jobs={"j": JOB, "k": replace(JOB, id="k")}),
        rules.a_request_makes_one_job,
    ),
    "an answer names a second job": (with_calls(Call("submit", "t", OK, "k")), SOUND, rules.a_request_makes_one_job),
    "a refused request was done": (
        History([Call("submit", "t", "too_many")]),
        SOUND,
        rules.nothing_comes_of_a_refusal,
    ),
    "a job is still running": (sound_history(), with_job(state="running"), rules.jobs_end),
    "a job failed for nothing": (
        sound_history(),
        with_job(state="failed", error_code="worker_crash", attempt=1, crashed_on=["h"]),
        rules.jobs_fail_only_when_given_up,
    ),
    "a job failed by another error": (
        sound_history(),
        with_job(state="failed", error_code="internal", attempt=3),
        rules.jobs_fail_only_when_given_up,
    ),
    "a success is told twice": (
        sound_history(),
        replace(SOUND, events=[*told(), event(9, "succeeded", 9)]),
        rules.a_job_succeeds_once,
    ),
    "a success has two assets": (
        sound_history(),
        replace(SOUND, assets=[ASSET, replace(ASSET, id="b")]),
        rules.a_job_succeeds_once,
    ),
    "a success has no asset": (sound_history(), replace(SOUND, assets=[]), rules.a_job_succeeds_once),
    "a cancelled job has an asset": (sound_history(), cancelled_with_asset(), rules.a_job_succeeds_once),
    "a step was left out": (
        sound_history(),
        with_job(result={"digest": CHAIN.digest(2), "asset_ids": ["a"]}),
        rules.a_result_is_the_chains,
    ),
    "the result names another asset": (
        sound_history(),
        with_job(result={"digest": CHAIN.digest(), "asset_ids": ["b"]}),
        rules.a_result_is_the_chains,
    ),
    "an asset has no content": (
        sound_history(),
        replace(SOUND, contents={SMALL: (5, SMALL)}),
        rules.assets_have_their_content,
    ),
    "content was altered": (
        sound_history(),
        replace(SOUND, contents={**SOUND.contents, SHA: (10, SMALL)}),
        rules.assets_have_their_content,
    ),
    "a picture was altered": (
        sound_history(),
        replace(SOUND, contents={**SOUND.contents, SMALL: (5, SHA)}),
        rules.assets_have_their_content,
    ),
    "content was cut short": (
        sound_history(),
        replace(SOUND, contents={**SOUND.contents, SHA: (9, SHA)}),
        rules.assets_have_their_content,
    ),
    "an asset's content has no row": (
        sound_history(),
        replace(SOUND, registered={SMALL: 5}),
        rules.assets_have_their_content,
    ),
    "content without a row": (
        sound_history(),
        replace(SOUND, contents={**SOUND.contents, "ef" * 32: (1, "ef" * 32)}),
        rules.content_has_a_row_and_a_use,
    ),
    "a row without content": (
        sound_history(),
        replace(SOUND, registered={**SOUND.registered, "ef" * 32: 1}),
        rules.content_has_a_row_and_a_use,
    ),
    "content that nobody uses": (sound_history(), replace(SOUND, assets=[]), rules.content_has_a_row_and_a_use),
    "a checkpoint is left": (
        sound_history(),
        replace(SOUND, leftovers=["work/j/1-1-checkpoint.safetensors"]),
        rules.nothing_is_left_over,
    ),
    "an event is missing": (
        sound_history(),
        replace(SOUND, events=[one for one in told() if one.seq != 5]),
        rules.events_count_each_change,
    ),
    "an event came twice": (
        sound_history(),
        replace(SOUND, events=[*told()[:4], *told()[3:]]),
        rules.events_count_each_change,
    ),
    "an end was no end": (
        sound_history(),
        replace(SOUND, events=[*told(), event(9, "queued", 9)], jobs={"j": replace(JOB, sequence=9)}),
        rules.events_count_each_change,
    ),
    "the row changed without an event": (sound_history(), with_job(sequence=9), rules.events_count_each_change),
    "progress went back": (
        sound_history(),
        replace(SOUND, events=[*told()[:5], event(6, "running", 6, kind="progress", step=1), *told()[6:]]),
        rules.progress_goes_forward,
    ),
    "a cancelled job succeeded": (
        with_calls(Call("cancelled", "t", OK, "j")),
        SOUND,
        rules.a_cancelled_job_stays_so,
    ),
}


def test_a_sound_history_has_no_breach() -> None:
    assert breaches(sound_history(), SOUND) == []


def test_silence_promises_nothing() -> None:
    nothing = Evidence({}, [], [], {}, {})
    assert breaches(History([Call("submit", "t", SILENCE)]), nothing) == []
    assert breaches(History([Call("submit", "t", SILENCE), Call("submit", "t", OK, "j")]), SOUND) == []


def test_an_attempt_that_goes_on_from_its_checkpoint_may_tell_an_earlier_step() -> None:
    again = [event(6, "queued", 6), event(7, "running", 7), event(8, "running", 8, kind="progress", step=1)]
    events = [*told()[:5], *again, event(9, "finalizing", 9), event(10, "succeeded", 10)]
    assert breaches(sound_history(), replace(SOUND, events=events, jobs={"j": replace(JOB, sequence=10)})) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_history_is_objected_to(name: str) -> None:
    history, evidence, rule = BROKEN[name]
    assert list(rule(history, evidence))
    assert breaches(history, evidence)


def test_every_rule_is_proved() -> None:
    proved: set[Callable[..., object]] = {rule for _, _, rule in BROKEN.values()}
    assert proved == set(RULES)
