"""Routes about the server: its version, the caller, their limits, and licences."""

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
    """The caller; in local mode always the local user."""

    id: str
    name: str
    role: Role


class LimitsAnswer(BaseModel):
    """The caller's limits; sizes in bytes."""

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
    """The most work of one clip (pixels times frames times steps), as a multiple of its model's default clip."""
    prompt_bytes: int
    """In UTF-8; each model has its own limit of characters."""
    seed: int
    """The largest seed."""
    seeds: int
    """The most clips of one request."""
    loras: int
    """The most LoRAs of one clip."""


class About(BaseModel):
    version: str
    accounts: bool
    """Whether people sign in here."""
    caller: CallerAnswer
    home: str | None
    """The studio's folder; null for callers who are not administrators."""
    python: str
    telemetry: Literal[False] = False
    """Nothing is ever reported to anybody."""
    limits: LimitsAnswer


class Licence(BaseModel):
    """The terms of a part: the program, a model, or a package that it uses."""

    kind: Literal["program", "model", "package"]
    name: str
    version: str | None
    licence: str
    url: str | None
    note: str
    """Remarks on the licence; may be empty."""


class LicenceList(BaseModel):
    items: list[Licence]
    next_cursor: None = None


@router.get("/about", operation_id="getAbout")
def get_about(the: The, asks: Asks) -> About:
    """The server's version and mode, the caller, and the caller's limits."""
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
    """Cached: the installed packages do not change while the server runs, and reading them is slow."""
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
