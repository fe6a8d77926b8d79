"""``artifex generate --server``: has a server make the clip, shows its progress, and downloads it."""

import json
import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artifex.catalog.loras import parse_lora_option, require_lora_file
from artifex.cli.connection import connected, download
from artifex.cli.options import Asked
from artifex.cli.outputs import claimed_place, clip_path, require_place, seed_path
from artifex.cli.progress import Progress
from artifex.cli.prompt_at import as_field, parse_prompt_at
from artifex.cli.request import parse_guidance, parse_step_cache, read_recipe, typed_prompt
from artifex.client import Client, Job, JobEvent
from artifex.client.answers import RESTS
from artifex.client.errors import error_named
from artifex.errors import BadInput, Busy, CannotRun, Interrupted, ServerUnreachable
from artifex.jobs.job import sidecar_of
from artifex.recipe import Recipe, draw_seed, parse_recipe
from artifex.units import counted

_ALIKE = (
    *("size", "area", "frames", "seconds", "fps", "steps", "shift", "solver", "seed"),
    *("motion", "preset", "quality", "model", "accuracy", "quantise", "window_frames"),
    *("guidance_until", "attention_density"),
)
"""Options with the same name as the server's fields; the server chooses those that are left out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many clips to make, where to put them, and whether to wait for them."""

    seeds: int
    output: str | None
    codec: str | None
    overwrite: bool
    detach: bool


def generate_there(server: str, asked: Asked, wanted: Wanted, as_json: bool) -> None:
    """Have a server make clips, and download them. Raises ArtifexError; after Interrupted the server's jobs go on."""
    fields = _fields(asked)
    path, codec = clip_path(wanted.output, str(fields.get("prompt", "")), wanted.codec)
    if codec == "png":
        raise BadInput("A server makes one file, and png is a folder of them; choose another codec, like ffv1.")
    paths, sweep = _places(path, fields, wanted.seeds)
    if not wanted.detach:
        for place in paths:
            with claimed_place(place, wanted.overwrite):
                require_place(sidecar_of(place), wanted.overwrite)
    fields |= {"codec": codec, **sweep}
    with connected(server) as studio:
        jobs = studio.jobs.create(kind="generate", **studio.with_uploads(fields))
        if wanted.detach:
            _tell_detached(jobs, as_json)
            return
        left = [_Left(server, jobs[at:], paths[at:], wanted.overwrite) for at in range(len(jobs))]
        made = [_claim_and_bring(studio, each, as_json) for each in left]
    if as_json:
        print(json.dumps({"clips": made}))


@dataclass(frozen=True, slots=True)
class _Left:
    """The jobs of a server whose clips are not here yet, and where they go."""

    server: str
    jobs: tuple[Job, ...]
    paths: list[Path]
    overwrite: bool

    @property
    def words(self) -> str:
        """How to come by them later."""
        job, server = self.jobs[0].id, f"--server {self.server}"
        others = len(self.jobs) - 1
        more = f" Of {counted(others, 'further job')} tells: artifex jobs list {server}" if others else ""
        return (
            f"To get its clip: artifex jobs download {job} {server} -o {shlex.quote(str(self.paths[0]))}; "
            f"to stop it: artifex jobs cancel {job} {server}{more}"
        )


def _claim_and_bring(studio: Client, left: _Left, as_json: bool) -> dict[str, Any]:
    """As :func:`_bring`. Raises BadInput or Busy if another process began to write there since the job was created."""
    with ExitStack() as held:
        try:
            held.enter_context(claimed_place(left.paths[0], left.overwrite))
        except (BadInput, Busy) as taken:
            raise type(taken)(f"{taken.message} The server goes on with the job. {left.words}") from taken
        return _bring(studio, left, as_json)


def _bring(studio: Client, left: _Left, as_json: bool) -> dict[str, Any]:
    """Watch the first of the jobs to its end and download its clip."""
    job, path = left.jobs[0], left.paths[0]
    try:
        with Progress(_recipe(job), quiet=as_json) as progress:
            for event in studio.follow(job.id):
                if event.state in RESTS:
                    break
                _show(event, progress)
        done = studio.jobs.get(job.id)
        _require_success(done)
        download(studio, done, path)
    except KeyboardInterrupt as stopped:
        raise Interrupted(f"The server goes on with the job. {left.words}") from stopped
    except ServerUnreachable as away:
        raise ServerUnreachable(f"{away.message} The job is kept there. {left.words}") from away
    if not as_json:
        print(path)
    recipe = _recipe(done)
    return {
        "clip": str(path),
        "sidecar": f"{path}.json",
        "job": done.id,
        "recipe_sha256": recipe.sha256,
        "seed": recipe.seed,
    }


def _show(event: JobEvent, progress: Progress) -> None:
    at = event.progress
    stage = at.stage if event.state == "running" else event.state
    progress.heard(stage or "start", at.step, at.of, at.vram)


def _require_success(job: Job) -> None:
    if job.error is not None:
        raise error_named(job.error.code, job.error.message)
    if job.state != "succeeded":
        raise CannotRun(f"The job {job.id} is {job.state}; nothing was brought here.")


def _places(path: Path, fields: dict[str, Any], seeds: int) -> tuple[list[Path], dict[str, int]]:
    """The paths of the clips, and the fields that ask for several.

    The first of several seeds is drawn here, not by the server, so that each clip's name is known in advance.
    """
    if seeds == 1:
        return [path], {}
    first = fields["seed"] if "seed" in fields else fields["recipe"]["seed"] if "recipe" in fields else draw_seed()
    return [seed_path(path, first + offset) for offset in range(seeds)], {"seed": first, "seeds": seeds}


def _tell_detached(jobs: tuple[Job, ...], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"jobs": [job.id for job in jobs]}))
    else:
        print("\n".join(job.id for job in jobs))


def _recipe(job: Job) -> Recipe:
    return parse_recipe(json.dumps(job.recipe))


def _fields(asked: Asked) -> dict[str, Any]:
    """The options as the server's fields, with paths where files are to be uploaded. Raises BadInput."""
    fields: dict[str, Any] = {name: getattr(asked, name) for name in _ALIKE}
    fields["prompt"] = typed_prompt(asked.prompt)
    fields["negative_prompt"] = asked.negative
    fields["prompt_track"] = [as_field(parse_prompt_at(text)) for text in asked.prompt_at or ()] or None
    fields["guidance"] = None if asked.guidance is None else parse_guidance(asked.guidance)
    fields["step_cache"] = None if asked.step_cache is None else parse_step_cache(asked.step_cache)
    fields["recipe"] = None if asked.recipe is None else read_recipe(asked.recipe).to_data()
    fields["references"] = _references(asked) or None
    fields["loras"] = [_lora(text) for text in asked.lora or ()] or None
    for name in ("enhance", "start_from_picture", "compat"):
        fields[name] = getattr(asked, name) or None
    return {name: value for name, value in fields.items() if value is not None}


def _references(asked: Asked) -> dict[str, Path]:
    given = {
        "image": asked.image,
        "last_image": asked.last_image,
        "video": asked.extend,
        "audio": asked.audio,
        "pose": asked.pose,
    }
    return {role: Path(name) for role, name in given.items() if name is not None}


def _lora(text: str) -> dict[str, Any]:
    option = parse_lora_option(text)
    require_lora_file(option.path)
    return {"asset": option.path, "strength_low": option.low, "strength_high": option.high}
