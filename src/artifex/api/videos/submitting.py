"""Queues the job of a request, once however often the client sends it."""

import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from artifex.api.service import Caller, Service
from artifex.api.videos.about import about
from artifex.api.videos.bodies import fingerprint
from artifex.catalog.registry import find_model
from artifex.errors import BadInput
from artifex.jobs.material import contents
from artifex.jobs.queue import JobRow, Key, NewJob
from artifex.jobs.repeats import attempt_key
from artifex.jobs.webhooks import require_target
from artifex.recipe import Recipe

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Sender:
    """What a request carries besides its body."""

    route: str
    """The path template of the route, without ids."""
    path: str
    request_id: str | None
    key: str | None
    attempt: int | None
    """Retry count from 0, which OpenAI's clients send; None for others."""


def sender_of(request: Request) -> Sender:
    """Raises BadInput for an invalid idempotency key."""
    key, count = request.headers.get("idempotency-key"), request.headers.get("x-stainless-retry-count", "")
    if key is not None and _KEY.fullmatch(key) is None:
        raise BadInput("The header Idempotency-Key takes 1 to 255 plain characters without spaces.")
    attempt = int(count) if re.fullmatch(r"[0-9]{1,3}", count) else None
    return Sender(
        request.scope["route"].path, request.url.path, getattr(request.state, "request_id", None), key, attempt
    )


def request_key(the: Service, asks: Caller, sender: Sender, body: dict[str, Any]) -> Key | None:
    """The idempotency key of a request, to be taken before any work on it; None for clients that send neither a key nor
    a retry count."""
    body_hash = fingerprint({"path": sender.path, "body": body})
    scope = f"{asks.user_id} {sender.route}"
    if sender.key is not None:
        return Key(scope, sender.key, body_hash)
    if sender.attempt is not None:
        return Key(f"{scope} attempts", attempt_key(the.database, asks.user_id, body_hash, sender.attempt), body_hash)
    return None


def made_before(the: Service, key: Key | None) -> JobRow | None:
    """The job of the same request, if it came before. Raises RequestReused, NotFound."""
    found = None if key is None else the.queue.made_before(key)
    return None if found is None else found[0]


def video_job(recipe: Recipe, the: Service, asks: Caller, sender: Sender, **request: Any) -> NewJob:
    """The job that makes the recipe; ``request`` is stored with it."""
    return NewJob(
        kind="generate",
        request={"recipe": recipe.to_data(), "seed_was_given": True, "codec": "h264", **request},
        owner=asks.user_id,
        model=recipe.model.name,
        step_count=recipe.steps,
        expert=find_model(recipe.model.name, the.settings.models).first_expert,
        request_id=sender.request_id,
        holds=contents(recipe),
    )


def require_callback(url: str | None, the: Service) -> None:
    """Raises BadField for an address that webhooks are not sent to."""
    if url is not None:
        with about("callback_url"):
            require_target(url, private=the.config.private_imports)


def submit(the: Service, asks: Caller, new: NewJob, key: Key | None) -> JobRow:
    """Raises RequestReused, NotFound, TooMany."""
    return the.queue.submit([new], key, the.limits_of(asks).open_jobs)[0]
