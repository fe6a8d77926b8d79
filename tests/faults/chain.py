"""A substitute for generating clips: a hash chain computed step by step, with checkpoints and previews.

Each step hashes the previous result, so the final hash shows that no step was skipped, repeated or started from a wrong
state, however often the work was interrupted.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from artifex.catalog.contract import Frames, StepReport
from artifex.errors import Interrupted
from artifex.jobs.job import CHECKPOINT
from artifex.jobs.state import Kind
from artifex.jobs.work.task import MadeFile, Outcome, Task

CHECKPOINT_EVERY = 4
STEP_SECONDS = 0.004


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of ``steps`` links that starts from ``seed``."""

    seed: int
    steps: int = 24

    def request(self, tag: str) -> dict[str, Any]:
        """A request in the form of a ``generate`` job's, with ``tag`` as the prompt."""
        recipe = {"prompt": tag, "seed": self.seed, "steps": self.steps, "frame_rate": "16", "frame_count": 17}
        return {"recipe": recipe}

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> "Chain":
        return cls(request["recipe"]["seed"], request["recipe"]["steps"])

    def link(self, step: int, before: str) -> str:
        return hashlib.sha256(f"{before}/{step}".encode()).hexdigest()

    def digest(self, step: int | None = None) -> str:
        """The hash after ``step`` steps, or after all."""
        last = f"begin {self.seed} of {self.steps}"
        for done in range(1, (self.steps if step is None else step) + 1):
            last = self.link(done, last)
        return last

    def content(self, digest: str) -> bytes:
        """The result file: the digest, and 20 kB of data so that a write can be cut short."""
        return digest.encode() + random.Random(digest).randbytes(20_000)


def tag_of(request: Mapping[str, Any]) -> str:
    """The tag that identifies a job in a history."""
    return request["recipe"]["prompt"]


class ForeignCheckpoint(Exception):
    """The checkpoint is not a state of this chain."""


def work_on_chain(task: Task) -> Outcome:
    chain = Chain.of(task.job.request)
    step, digest = _kept(task, chain)
    while step < chain.steps:
        time.sleep(STEP_SECONDS)
        step += 1
        digest = chain.link(step, digest)
        latents = cast("Any", None)
        task.report.step(StepReport(0, 1, step, chain.steps, latents), _preview(step))
        stopping = task.report.stopping()
        if stopping or step % CHECKPOINT_EVERY == 0:
            task.folder.write(CHECKPOINT, json.dumps({"step": step, "digest": digest}).encode())
        if stopping:
            raise Interrupted("Stopped.")
    path, thumbnail = task.scratch / "chain.bin", task.scratch / "small.bin"
    path.write_bytes(chain.content(digest))
    thumbnail.write_bytes(chain.content(digest)[:500])
    made = MadeFile(path, "video", "video/mp4", "chain.bin", {"steps": chain.steps}, thumbnail=thumbnail)
    return Outcome({"digest": digest}, (made,))


WORK: Mapping[Kind, Callable[[Task], Outcome]] = {"generate": work_on_chain}


def _kept(task: Task, chain: Chain) -> tuple[int, str]:
    data = task.folder.read(CHECKPOINT)
    if data is None:
        return 0, chain.digest(0)
    kept = json.loads(data)
    if kept["digest"] != chain.digest(kept["step"]):
        raise ForeignCheckpoint(f"Step {kept['step']} of job {task.job.id} is not this chain's.")
    return kept["step"], kept["digest"]


def _preview(step: int) -> Callable[[], Frames]:
    return lambda: np.full((2, 16, 16, 3), step, dtype=np.uint8)
