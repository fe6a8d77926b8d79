"""Checks the requests to a studio and its answers against its final state.

Each rule checks one guarantee and yields a sentence for each breach. The rules work on plain data, so that they can be
tested with broken histories themselves.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from artifex.jobs.queue import MAX_ATTEMPTS, Event
from artifex.jobs.state import ENDS
from tests.faults.chain import Chain, tag_of

OK = "ok"
SILENCE = ""
"""No answer, or an error after which the request may still have been carried out."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request and its answer: :data:`OK`, an error's code, or :data:`SILENCE`."""

    what: str
    tag: str
    answer: str
    job_id: str = ""
    """The job that the request or the answer named."""


@dataclass(frozen=True, slots=True)
class JobEnd:
    """A job's final row."""

    id: str
    state: str
    sequence: int
    request: Mapping[str, Any]
    result: Mapping[str, Any] | None = None
    attempt: int = 1
    crashed_on: Sequence[str] = ()
    error_code: str | None = None

    @property
    def tag(self) -> str:
        return tag_of(self.request)


@dataclass(frozen=True, slots=True)
class AssetEnd:
    id: str
    job_id: str | None
    sha256: str
    size: int
    uses: Collection[str] = ()
    """sha256 of all its content: the file, its thumbnail and poster."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The final state, after unused content was swept."""

    jobs: Mapping[str, JobEnd]
    events: Sequence[Event]
    assets: Sequence[AssetEnd]
    registered: Mapping[str, int]
    """Size by sha256 of the rows of blobs."""
    contents: Mapping[str, tuple[int, str]]
    """Actual size and sha256 of each stored content, by the sha256 it is stored under."""
    leftovers: Sequence[str] = ()
    """Files and objects left by finished work."""


@dataclass
class History:
    """Calls in the order of their answers. Thread-safe."""

    calls: list[Call] = field(default_factory=list[Call])
    may_fail_with: frozenset[str] = frozenset()
    """Error codes that the injected faults explain."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, call: Call) -> Call:
        with self._lock:
            self.calls.append(call)
        return call

    def acknowledged(self, what: str) -> list[Call]:
        return [call for call in self.calls if call.what == what and call.answer == OK]


def breaches(history: History, evidence: Evidence) -> list[str]:
    """All broken guarantees; empty if there are none."""
    return [breach for rule in RULES for breach in rule(history, evidence)]


def acknowledged_jobs_are_there(history: History, evidence: Evidence) -> Iterator[str]:
    deleted = {call.job_id for call in history.calls if call.what == "delete" and call.answer in (OK, SILENCE)}
    for call in history.acknowledged("submit"):
        if call.job_id not in evidence.jobs and call.job_id not in deleted:
            yield f"{call.tag}: job {call.job_id} was acknowledged and is lost"


def a_request_makes_one_job(history: History, evidence: Evidence) -> Iterator[str]:
    made: dict[str, set[str]] = defaultdict(set)
    for job in evidence.jobs.values():
        made[job.tag].add(job.id)
    for call in history.acknowledged("submit"):
        made[call.tag].add(call.job_id)
    for tag, ids in made.items():
        if len(ids) > 1:
            yield f"{tag}: one request made {len(ids)} jobs"


def nothing_comes_of_a_refusal(history: History, evidence: Evidence) -> Iterator[str]:
    answers: dict[str, set[str]] = defaultdict(set)
    for call in history.calls:
        if call.what == "submit":
            answers[call.tag].add(call.answer)
    refused = {tag for tag, given in answers.items() if not given & {OK, SILENCE}}
    for job in evidence.jobs.values():
        if job.tag in refused:
            yield f"{job.tag}: it was refused, and job {job.id} is there"


def jobs_end(_history: History, evidence: Evidence) -> Iterator[str]:
    for job in evidence.jobs.values():
        if job.state not in ENDS and job.state not in ("paused", "draft"):
            yield f"{job.tag}: job {job.id} never ended ({job.state})"


def jobs_fail_only_when_given_up(history: History, evidence: Evidence) -> Iterator[str]:
    """A job fails only if too many of its workers died, or for a reason that the injected faults explain."""
    for job in evidence.jobs.values():
        given_up = len(set(job.crashed_on)) > 1 or job.attempt >= MAX_ATTEMPTS
        accounted = job.error_code in history.may_fail_with or (job.error_code == "worker_crash" and given_up)
        if job.state == "failed" and not accounted:
            yield f"{job.tag}: job {job.id} failed ({job.error_code}, attempt {job.attempt})"
        if job.state == "expired":
            yield f"{job.tag}: job {job.id} expired"


def a_job_succeeds_once(_history: History, evidence: Evidence) -> Iterator[str]:
    told = Counter(event.job_id for event in evidence.events if event.data["state"] == "succeeded")
    made = Counter(asset.job_id for asset in evidence.assets)
    for job in evidence.jobs.values():
        wanted = 1 if job.state == "succeeded" else 0
        if told[job.id] != wanted:
            yield f"{job.tag}: job {job.id} is {job.state}, and its success was told {told[job.id]} times"
        if made[job.id] != wanted:
            yield f"{job.tag}: job {job.id} is {job.state} and has {made[job.id]} assets"


def a_result_is_the_chains(_history: History, evidence: Evidence) -> Iterator[str]:
    assets = {asset.job_id: asset for asset in evidence.assets}
    for job in evidence.jobs.values():
        if job.state != "succeeded":
            continue
        digest = Chain.of(job.request).digest()
        if (job.result or {}).get("digest") != digest:
            yield f"{job.tag}: job {job.id} did not go on as it would have undisturbed"
        asset = assets.get(job.id)
        if asset is not None and (job.result or {}).get("asset_ids") != [asset.id]:
            yield f"{job.tag}: job {job.id} does not name its asset"


def assets_have_their_content(_history: History, evidence: Evidence) -> Iterator[str]:
    for asset in evidence.assets:
        for sha256 in {asset.sha256, *asset.uses}:
            there = evidence.contents.get(sha256)
            if there is None:
                yield f"asset {asset.id} of job {asset.job_id} has no content {sha256[:8]}"
            elif there[1] != sha256:
                yield f"asset {asset.id} of job {asset.job_id} has altered content {sha256[:8]}"
            if sha256 not in evidence.registered:
                yield f"asset {asset.id} of job {asset.job_id} uses {sha256[:8]}, which has no row"
        if (there := evidence.contents.get(asset.sha256)) is not None and there[0] != asset.size:
            yield f"asset {asset.id} of job {asset.job_id} has {there[0]} bytes and claims {asset.size}"


def content_has_a_row_and_a_use(_history: History, evidence: Evidence) -> Iterator[str]:
    used = {sha256 for asset in evidence.assets for sha256 in (asset.sha256, *asset.uses)}
    for sha256 in evidence.contents.keys() - evidence.registered.keys():
        yield f"content {sha256[:8]} has no row"
    for sha256 in evidence.registered.keys() - evidence.contents.keys():
        yield f"the row of {sha256[:8]} has no content"
    for sha256 in (evidence.contents.keys() & evidence.registered.keys()) - used:
        yield f"content {sha256[:8]} is kept and nobody uses it"


def nothing_is_left_over(_history: History, evidence: Evidence) -> Iterator[str]:
    for leftover in evidence.leftovers:
        yield f"{leftover} was left behind"


def events_count_each_change(_history: History, evidence: Evidence) -> Iterator[str]:
    """The events of a job have consecutive sequence numbers, and the last one matches the row."""
    last: dict[str, Event] = {}
    for event in evidence.events:
        before = last.get(event.job_id)
        expected = 1 if before is None else before.data["sequence"] + 1
        if event.data["sequence"] != expected:
            yield f"job {event.job_id}: event {event.data['sequence']} came where {expected} was due"
        if before is not None and before.data["state"] in ENDS and event.kind != "deleted":
            yield f"job {event.job_id}: was {before.data['state']}, and then {event.data['state']}"
        last[event.job_id] = event
    for job in evidence.jobs.values():
        told = last.get(job.id)
        if told is None or (told.data["sequence"], told.data["state"]) != (job.sequence, job.state):
            yield f"{job.tag}: the last event of job {job.id} does not tell of it as it is"


def progress_goes_forward(_history: History, evidence: Evidence) -> Iterator[str]:
    """Steps do not decrease within an attempt."""
    step: dict[str, int] = {}
    for event in evidence.events:
        if event.kind != "progress":
            step.pop(event.job_id, None)
            continue
        if event.data["step"] < step.get(event.job_id, 0):
            yield f"job {event.job_id}: step {event.data['step']} was told after {step[event.job_id]}"
        step[event.job_id] = event.data["step"]


def a_cancelled_job_stays_so(history: History, evidence: Evidence) -> Iterator[str]:
    """A job acknowledged as cancelled (not only asked to stop) stays cancelled."""
    for call in history.acknowledged("cancelled"):
        job = evidence.jobs.get(call.job_id)
        if job is not None and job.state != "cancelled":
            yield f"{call.tag}: job {call.job_id} was cancelled and is {job.state}"


Rule = Callable[[History, Evidence], Iterator[str]]

RULES: Sequence[Rule] = (
    acknowledged_jobs_are_there,
    a_request_makes_one_job,
    nothing_comes_of_a_refusal,
    jobs_end,
    jobs_fail_only_when_given_up,
    a_job_succeeds_once,
    a_result_is_the_chains,
    assets_have_their_content,
    content_has_a_row_and_a_use,
    nothing_is_left_over,
    events_count_each_change,
    progress_goes_forward,
    a_cancelled_job_stays_so,
)
