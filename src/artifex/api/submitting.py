"""Turns job requests into jobs in the queue."""

import hashlib
import json
from fractions import Fraction
from typing import Any

from artifex.api.clips import clip_jobs, rate_of
from artifex.api.job_requests import (
    FilterRequest,
    GenerateRequest,
    JobRequest,
    ProxyRequest,
    PullRequest,
    RenderRequest,
    Scheduling,
    UpscaleRequest,
)
from artifex.api.service import Caller, Service
from artifex.api.videos.about import about
from artifex.catalog.registry import require_pullable
from artifex.errors import BadInput, BadReference
from artifex.jobs.queue import JobRow, Key, NewJob
from artifex.jobs.upscaling import Enlargement
from artifex.jobs.webhooks import require_target
from artifex.media.filters.treatment import NOTHING, Treatment
from artifex.store.assets import AssetRow

_SCOPE = "jobs"


def submitted(wanted: JobRequest, the: Service, asks: Caller, idempotency_key: str | None) -> list[JobRow]:
    """Queue everything that was asked for, or nothing.

    Raises BadInput (and its subclasses), NotFound, NotAllowed, TooMany, RequestReused, CannotRun.
    """
    key = None if idempotency_key is None else Key(f"{asks.user_id}:{_SCOPE}", idempotency_key, _hash(wanted))
    if key is not None and (before := the.queue.made_before(key)) is not None:
        return before  # even if the files that they use are gone by now
    return the.queue.submit(_jobs(wanted, the, asks), key, the.limits_of(asks).open_jobs)


def _jobs(wanted: JobRequest, the: Service, asks: Caller) -> list[NewJob]:
    scheduling = _scheduling(wanted, asks)
    if wanted.callback_url is not None:
        with about("callback_url"):
            require_target(wanted.callback_url, private=the.config.private_imports)
    match wanted:
        case GenerateRequest():
            return clip_jobs(wanted, the, asks, scheduling)
        case ProxyRequest():
            asset = _clip(wanted.asset, the, asks)
            return [NewJob(kind="proxy", request={"asset": asset.id}, holds=(asset.sha256,), **scheduling)]
        case UpscaleRequest():
            asset = _clip(wanted.asset, the, asks)
            enlargement = Enlargement(wanted.scale, wanted.resolution)
            enlargement.of(asset.facts["width"], asset.facts["height"])
            request: dict[str, Any] = {"asset": asset.id, **enlargement.to_data()}
            holds = (asset.sha256,)
            if wanted.upscaler is not None:
                request["upscaler"] = wanted.upscaler
                holds = (*holds, _upscaler(wanted.upscaler, the, asks).sha256)
            return [NewJob(kind="upscale", request=request, holds=holds, **scheduling)]
        case FilterRequest():
            asset = _clip(wanted.asset, the, asks)
            request = {"asset": asset.id, "treatment": _treatment(wanted, asset).to_data()}
            return [NewJob(kind="filter", request=request, holds=(asset.sha256,), **scheduling)]
        case RenderRequest():
            holds = {cut.asset: _clip(cut.asset, the, asks).sha256 for cut in wanted.clips}
            with about("frame_rate"):
                rate = rate_of(wanted.frame_rate)
            request = {
                "clips": [cut.model_dump() for cut in wanted.clips],
                "width": wanted.width,
                "height": wanted.height,
                "frame_rate": str(rate),
            }
            return [NewJob(kind="render", request=request, holds=tuple(sorted(holds.values())), **scheduling)]
        case PullRequest():
            asks.require_admin()
            require_pullable(wanted.model, the.settings.models)
            return [NewJob(kind="pull", request={"model": wanted.model, "update": wanted.update}, **scheduling)]


def _treatment(wanted: FilterRequest, clip: AssetRow) -> Treatment:
    rate = None
    if wanted.frame_rate is not None:
        with about("frame_rate"):
            rate = rate_of(wanted.frame_rate)
    treatment = Treatment(wanted.denoise, wanted.deflicker, wanted.hold_colour, rate, wanted.sharpen)
    if treatment == NOTHING:
        raise BadInput("Nothing is to be done to the clip; give at least one of the stages.")
    treatment.check_rate(Fraction(clip.facts["frame_rate"]))
    return treatment


def _scheduling(wanted: Scheduling, asks: Caller) -> dict[str, Any]:
    return {
        "owner": asks.user_id,
        "priority": wanted.priority,
        "run_at": wanted.run_at,
        "window": wanted.window,
        "only_on_ac": wanted.only_on_ac,
        "wanted_slot": wanted.slot,
        "needs": tuple(wanted.needs),
        "expires_at": wanted.expires_at,
        "callback_url": wanted.callback_url,
    }


def _clip(asset_id: str, the: Service, asks: Caller) -> AssetRow:
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "video":
        raise BadReference(f"The asset {row.id} is not a clip ({row.kind}); choose a clip.")
    return row


def _upscaler(asset_id: str, the: Service, asks: Caller) -> AssetRow:
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "upscaler":
        raise BadReference(f"The asset {row.id} is no upscaler ({row.kind}); upload one as .safetensors and name that.")
    return row


def _hash(wanted: JobRequest) -> str:
    """Equal for equal requests, however their JSON was formatted."""
    data = wanted.model_dump(mode="json")
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
