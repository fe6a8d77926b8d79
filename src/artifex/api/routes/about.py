"""What the server is: its version, what it takes from whom, and under which terms its parts stand."""

import platform
from functools import cache
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

import artifex
from artifex.accounts.identity import Role
from artifex.api.config import Limits
from artifex.api.job_requests import MOST_LORAS, MOST_SEED, MOST_SEEDS
from artifex.api.service import Asks, The
from artifex.catalog.prompt_text import MOST_PROMPT_BYTES
from artifex.catalog.registry import models
from artifex.licences import PROGRAM_LICENCE, installed_packages

router = APIRouter(prefix="/system", tags=["system"])


class CallerAnswer(BaseModel):
    """Who asks; in local mode always the one who sits at the machine."""

    id: str
    name: str
    role: Role


class LimitsAnswer(BaseModel):
    """What is taken from the caller; sizes in bytes."""

    json_bytes: int
    image_bytes: int
    video_bytes: int
    audio_bytes: int
    lora_bytes: int
    requests_a_minute: int
    open_jobs: int
    files: int
    bytes_kept: int
    clip_work: float
    """How many times the work of its model's own clip a clip may be: pixels times frames times steps."""
    prompt_bytes: int
    """Of UTF-8; each model tells how many characters it takes."""
    seed: int
    """The largest."""
    seeds: int
    """Clips of one request."""
    loras: int
    """Of one clip."""


class About(BaseModel):
    version: str
    accounts: bool
    """Whether people sign in here."""
    caller: CallerAnswer
    home: str | None
    """The folder of the library; null for whoever does not administer it."""
    python: str
    telemetry: Literal[False] = False
    """Nothing is told to anybody."""
    limits: LimitsAnswer


class Licence(BaseModel):
    """The terms of a part: the program, a model, or a package that it uses."""

    kind: Literal["program", "model", "package"]
    name: str
    version: str | None
    licence: str
    url: str | None
    note: str
    """Empty where the licence says all."""


class LicenceList(BaseModel):
    items: list[Licence]
    next_cursor: None = None


@router.get("/about", operation_id="getAbout")
def get_about(the: The, asks: Asks) -> About:
    """What the server is, who asks, and what it takes from them."""
    return About(
        version=artifex.__version__,
        accounts=the.config.accounts,
        caller=CallerAnswer(id=asks.user_id, name=asks.name, role=asks.role),
        home=str(the.settings.home) if asks.role == "admin" else None,
        python=platform.python_version(),
        limits=_limits(the.limits_of(asks)),
    )


@router.get("/licences", operation_id="listLicences")
def list_licences(the: The, asks: Asks) -> LicenceList:
    """The program, its models and every package it uses, as ``artifex licenses`` prints them."""
    program = Licence(
        kind="program", name="artifex", version=artifex.__version__, licence=PROGRAM_LICENCE, url=None, note=""
    )
    checkpoints = [
        Licence(
            kind="model",
            name=spec.name,
            version=None,
            licence=spec.licence,
            url=spec.licence_url or None,
            note=spec.licence_note,
        )
        for spec in models(the.settings.models).values()
    ]
    return LicenceList(items=[program, *checkpoints, *_packages()])


@cache
def _packages() -> tuple[Licence, ...]:
    """What is installed does not change while the server runs, and takes a while to read."""
    return tuple(
        Licence(kind="package", name=one.name, version=one.version, licence=one.licence, url=None, note=one.note)
        for one in installed_packages()
    )


def _limits(own: Limits) -> LimitsAnswer:
    return LimitsAnswer(
        json_bytes=own.json_bytes,
        image_bytes=own.image_bytes,
        video_bytes=own.video_bytes,
        audio_bytes=own.audio_bytes,
        lora_bytes=own.lora_bytes,
        requests_a_minute=own.requests_a_minute,
        open_jobs=own.open_jobs,
        files=own.files,
        bytes_kept=own.bytes_kept,
        clip_work=own.clip_work,
        prompt_bytes=MOST_PROMPT_BYTES,
        seed=MOST_SEED,
        seeds=MOST_SEEDS,
        loras=MOST_LORAS,
    )
