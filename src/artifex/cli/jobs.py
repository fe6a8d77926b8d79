"""``artifex jobs``: the jobs of a server, from anywhere."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artifex.cli.options import AsJson

if TYPE_CHECKING:
    from artifex.client import Client, Job

app = typer.Typer(
    help="List a server's jobs; show, pause, resume, cancel, retry, promote or download one.", no_args_is_help=True
)

Server = Annotated[
    str,
    typer.Option(
        help="The server. ARTIFEX_TOKEN holds the key, where it wants one.", envvar="ARTIFEX_SERVER", metavar="URL"
    ),
]


def _checked(job_id: str) -> str:
    from artifex.cli.connection import require_id

    return require_id(job_id, "'artifex jobs list' tells those of jobs.")


JobId = Annotated[
    str, typer.Argument(help="A job's id; 'artifex jobs list' tells them.", metavar="ID", callback=_checked)
]
HERE = "http://127.0.0.1:8188"


@app.command("list")
def list_jobs(
    state: Annotated[str | None, typer.Option(help="Only those that are queued, running, ...", metavar="STATE")] = None,
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=100)] = 20,
    server: Server = HERE,
    as_json: AsJson = False,
) -> None:
    """List the newest jobs."""
    from artifex.cli.connection import connected

    wanted: dict[str, str | int] = {"limit": limit} if state is None else {"limit": limit, "state": state}
    with connected(server) as studio:
        jobs = studio.jobs.list(**wanted).items
    if as_json:
        print(json.dumps({"jobs": [dict(job.data) for job in jobs]}))
    else:
        _show_table(jobs)


@app.command()
def show(job_id: JobId, server: Server = HERE, as_json: AsJson = False) -> None:
    """Show one job."""
    _do(lambda studio: studio.jobs.get(job_id), server, as_json)


@app.command()
def cancel(job_id: JobId, server: Server = HERE, as_json: AsJson = False) -> None:
    """Stop a job for good; one that runs stops after the step at hand."""
    _do(lambda studio: studio.jobs.cancel(job_id), server, as_json)


@app.command()
def pause(job_id: JobId, server: Server = HERE, as_json: AsJson = False) -> None:
    """Stop a job and keep what is done of it."""
    _do(lambda studio: studio.jobs.pause(job_id), server, as_json)


@app.command()
def resume(job_id: JobId, server: Server = HERE, as_json: AsJson = False) -> None:
    """Go on with a paused job."""
    _do(lambda studio: studio.jobs.resume(job_id), server, as_json)


@app.command()
def retry(job_id: JobId, server: Server = HERE, as_json: AsJson = False) -> None:
    """Try a failed, cancelled or expired job again, from its last checkpoint."""
    _do(lambda studio: studio.jobs.retry(job_id), server, as_json)


@app.command()
def promote(
    job_id: JobId,
    step: Annotated[int | None, typer.Option(help="Up to this step only.", min=1, metavar="N")] = None,
    server: Server = HERE,
    as_json: AsJson = False,
) -> None:
    """Go on with a draft: the same latents become the finished clip."""
    _do(lambda studio: studio.jobs.promote(job_id, step), server, as_json)


@app.command()
def download(
    job_id: JobId,
    output: Annotated[str, typer.Option("-o", "--output", help="Where to.", metavar="FILE")] = "clip.mp4",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is already there.")] = False,
    server: Server = HERE,
    as_json: AsJson = False,
) -> None:
    """Bring a finished job's clip here; from where it stopped, when it was stopped before."""
    from artifex.cli.connection import connected
    from artifex.cli.connection import download as bring
    from artifex.cli.outputs import claimed_place, require_place
    from artifex.jobs.job import sidecar_of

    path = Path(output)
    with claimed_place(path, overwrite), connected(server) as studio:
        job = studio.jobs.get(job_id)
        sidecar = sidecar_of(path) if job.recipe is not None else None
        if sidecar is not None:
            require_place(sidecar, overwrite)
        bring(studio, job, path)
    here = {"file": str(path), "sidecar": None if sidecar is None else str(sidecar), "job": job.id}
    print(json.dumps(here) if as_json else path)


def _do(action: "Callable[[Client], Job]", server: str, as_json: bool) -> None:
    from artifex.cli.connection import connected

    with connected(server) as studio:
        job = action(studio)
    print(json.dumps(dict(job.data)) if as_json else _words(job))


def _words(job: "Job") -> str:
    """One job in a few lines."""
    at = job.progress
    lines = [f"{job.id}  {job.state}  {job.kind} {job.model}".rstrip()]
    if at.of:
        lines.append(f"  {at.stage or 'at'}: {at.step} of {at.of}")
    if job.position is not None:
        lines.append(f"  {job.position} before it")
    if job.recipe is not None:
        lines.append(f"  {job.recipe['prompt'][:200]!r}")
    if job.error is not None:
        lines.append(f"  {job.error.code}: {job.error.message}")
    return "\n".join(lines)


def _show_table(jobs: "tuple[Job, ...]") -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(Column("job", no_wrap=True), "state", "kind", "progress", "prompt", box=None, padding=(0, 2, 0, 0))
    for job in jobs:
        done = f"{job.progress.step}/{job.progress.of}" if job.progress.of else ""
        prompt = str(job.recipe["prompt"])[:60] if job.recipe is not None else job.model
        table.add_row(job.id, job.state, job.kind, done, Text(repr(prompt) if job.recipe else prompt))
    Console().print(table)
