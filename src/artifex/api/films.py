"""Plans, render jobs and takes of films, limited to files that the caller may see."""

import io
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from artifex.api.clips import clip_jobs
from artifex.api.job_requests import GenerateRequest
from artifex.api.project_requests import Placing, Rendering
from artifex.api.service import Caller, Service
from artifex.api.uploads import importer_of
from artifex.errors import BadInput, BadReference, Conflict, NotFound
from artifex.jobs.films.desk import Opened
from artifex.jobs.films.encodings import encoding_named
from artifex.jobs.films.moving import at_home
from artifex.jobs.films.shots import (
    ask_for_take,
    bridged_frame,
    prompts_asked,
    ready_shots,
    recipe_data,
    with_file,
    with_new_takes,
)
from artifex.jobs.films.sources import Sources, library_sources
from artifex.jobs.films.titles import film_plan, unwritable
from artifex.jobs.queue import NewJob
from artifex.jobs.state import UNFINISHED
from artifex.media.encodings.checks import check_size
from artifex.media.reading.run import Run
from artifex.media.still import png
from artifex.recipe import parse_recipe_data
from artifex.store.asset_rows import AssetRow
from artifex.store.listing import Wanted
from artifex.timeline.build_graph import inputs_hash
from artifex.timeline.edits.draft import shown
from artifex.timeline.fields import canonical
from artifex.timeline.plan import RenderPlan, files_of, tables_of, titles_of
from artifex.timeline.project import Project
from artifex.timeline.shots import Input, Shot
from artifex.units import PixelSize

_MOST_TAKES = 200


def checked_plan(project: Project, the: Service, asks: Caller, start: int, end: int | None) -> RenderPlan:
    """The render plan of a range, with its files checked.

    Raises BadInput for a range without frames or a missing look table, NotFound for a file that the caller may not see,
    BadReference for an asset with other content than the film expects.
    """
    made = film_plan(project, start, end)
    known: dict[str, str] = {}
    for layer in files_of(made):
        if layer.asset not in known:
            row = _by_id(layer.asset, the, asks)
            if row is None:
                raise NotFound(f"The file of {_shown(project, layer.clip)} is not in the library; take the clip out.")
            known[layer.asset] = row.sha256
        if known[layer.asset] != layer.sha256:
            clip = _shown(project, layer.clip)
            raise BadReference(f"The file of {clip} is another one than its asset in the library; place it again.")
    for table in tables_of(made):
        if _by_content(table, the, asks, "look") is None:
            raise BadInput(
                "A look's table of colours (.cube) is not in the library; add it, or take it out of the look."
            )
    return made


def render_job(project: Project, wanted: Rendering, the: Service, asks: Caller) -> NewJob:
    """The film as it is now; what is edited later is not in it. Raises BadInput, and as :func:`checked_plan`."""
    encoding = encoding_named(wanted.encoding)
    timeline = project.timeline
    size = PixelSize(width=wanted.width or timeline.width, height=wanted.height or timeline.height)
    check_size(encoding, size)
    made = checked_plan(project, the, asks, wanted.start, wanted.end)
    if made.missing:
        raise BadInput(f"{len(made.missing)} of the film's shots have no accepted take; accept one for each first.")
    if reason := unwritable(titles_of(made)):
        raise BadInput(reason)
    content = the.assets.store(canonical(project.to_data()).encode())
    request = {
        "project": content.sha256,
        "name": project.name,
        "start": made.start,
        "end": made.end,
        "width": size.width,
        "height": size.height,
        "encoding": wanted.encoding,
    }
    holds = {content.sha256, *(layer.sha256 for layer in files_of(made)), *tables_of(made)}
    return NewJob(kind="render", request=request, owner=asks.user_id, holds=tuple(sorted(holds)))


def taken_in(project: Project, the: Service, asks: Caller) -> Opened:
    """A project from elsewhere, with the caller's own files where they have the same content. Raises TooMany."""
    found = at_home(project, partial(_by_id, the=the, asks=asks), partial(_by_content, the=the, asks=asks))
    return the.films.desk.take_in(asks.user_id, found)


def viewed_sources(project: Project, the: Service) -> Sources:
    """The files of a film for what is looked at while it is cut."""
    return library_sources(project, the.films.opener, the.blobs, at_once=True)


def placed(project: Project, row: AssetRow, wanted: Placing, the: Service, asks: Caller) -> Project:
    """The project with a file of the library on its timeline. Raises BadInput, NotFound."""
    found = partial(_by_content, the=the, asks=asks)
    return with_file(project, row, found, wanted.mode, wanted.at, wanted.track)


def with_takes_collected(project_id: str, the: Service, asks: Caller) -> Opened:
    """The project with the takes that jobs have made for it since it was last opened.

    If somebody edits it at the same time, the takes are left for the next call.
    """
    opened = the.films.desk.open(project_id, asks.sees)
    if not opened.project.shots:
        return opened
    jobs = the.queue.page(asks.sees, states=("succeeded",), batch=project_id, limit=_MOST_TAKES).jobs

    def collect(opened: Opened) -> Project:
        return with_new_takes(opened.project, reversed(jobs), lambda asset: _by_id(asset, the, asks))

    try:
        return the.films.desk.change(project_id, asks.sees, collect).opened
    except Conflict:
        return the.films.desk.open(project_id, asks.sees)


def shots_to_make(project: Project, wanted: Sequence[str], the: Service, asks: Caller) -> list[Shot]:
    """The wanted shots that can be made now; others continue a shot whose take has to be accepted first.

    Of none wanted: all that are stale or unmade, whose present inputs no take and no job has yet. Raises NotFound.
    """
    coming = () if wanted else _takes_coming(project, the, asks)
    ready = ready_shots(project, wanted)
    return [shot for shot in ready if (shot.id, inputs_hash(project, shot)) not in coming]


def take_jobs(project: Project, shots: Sequence[Shot], the: Service, asks: Caller) -> list[NewJob]:
    """A job for a new take of each shot. Raises BadInput for an invalid recipe."""
    jobs: list[NewJob] = []
    for shot in shots:
        data = recipe_data(shot, lambda bridge: _bridge_picture(project, bridge, the, asks))
        prompts = prompts_asked(project.timeline, shot.id, parse_recipe_data(data))
        wanted = GenerateRequest(kind="generate", recipe=data, **prompts)
        [job] = clip_jobs(wanted, the, asks, {"owner": asks.user_id})
        jobs.append(replace(job, request=ask_for_take(job.request, project, shot), batch=project.id))
    return jobs


def _takes_coming(project: Project, the: Service, asks: Caller) -> set[tuple[str, str]]:
    """The shots that takes are being made of, with the hashes of these takes' inputs."""
    jobs = the.queue.page(asks.sees, states=UNFINISHED, kind="generate", batch=project.id, limit=_MOST_TAKES).jobs
    return {(asked["id"], asked["inputs_sha256"]) for job in jobs if (asked := job.request.get("shot"))}


def _bridge_picture(project: Project, given: Input, the: Service, asks: Caller) -> str:
    """Save the frame that a shot continues from as a picture of the library; returns its sha256.

    Raises Conflict, NotFound.
    """
    take, number = bridged_frame(project, given, lambda asset: the.assets.get(asset, asks.sees))
    row = the.assets.get(take.asset, asks.sees)
    [frame] = the.films.opener.runs(the.blobs.find(row.sha256), [Run(Fraction(number), Fraction(0), 1)])
    name = f"{row.name or row.id}, frame {number}"
    return importer_of(the, asks).take(io.BytesIO(png(frame)), asks.user_id, name).sha256


def _shown(project: Project, clip: str) -> str:
    return shown(project.timeline.find(clip)[1])


def _by_content(sha256: str, the: Service, asks: Caller, kind: str | None = None) -> AssetRow | None:
    return next(iter(the.assets.page(asks.sees, Wanted(sha256=sha256, kind=kind), limit=1).assets), None)


def _by_id(asset: str, the: Service, asks: Caller) -> AssetRow | None:
    try:
        return the.assets.get(asset, asks.sees)
    except NotFound:
        return None
