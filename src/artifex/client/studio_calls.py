"""Calls about models and about the server itself."""

from typing import Any

from artifex.client.answers import Data, EnhancedPrompt, Job
from artifex.client.calls import API, Call

_MODELS = f"{API}/models"


def models() -> Call[tuple[Data, ...]]:
    return Call(method="GET", path=_MODELS, read=_items)


def model(name: str) -> Call[Data]:
    return Call(method="GET", path=f"{_MODELS}/{name}", read=dict)


def pull(name: str, *, update: bool) -> Call[Job]:
    return Call(method="POST", path=f"{_MODELS}/{name}/pull", body={"update": update}, read=Job.of_data)


def verify(name: str) -> Call[Job]:
    return Call(method="POST", path=f"{_MODELS}/{name}/verify", read=Job.of_data)


def warm(name: str) -> Call[Job | None]:
    """The answer is None where a slot has the model in memory already."""
    return Call(method="POST", path=f"{_MODELS}/{name}/warm", read=_job)


def enhance(prompt: str, model: str | None) -> Call[EnhancedPrompt]:
    body = {"prompt": prompt} if model is None else {"prompt": prompt, "model": model}
    path = f"{API}/prompts/enhance"
    return Call(method="POST", path=path, body=body, changes_nothing=True, read=EnhancedPrompt.of_data)


def use(name: str) -> Call[Data]:
    return Call(method="POST", path=f"{_MODELS}/{name}/use", read=dict)


def remove(name: str) -> Call[None]:
    return Call(method="DELETE", path=f"{_MODELS}/{name}", read=lambda _: None)


def system(what: str) -> Call[Data]:
    """``about``, ``health``, ``gpu``, ``optimizations`` or ``stats``."""
    return Call(method="GET", path=f"{API}/system/{what}", read=dict)


def licences() -> Call[tuple[Data, ...]]:
    return Call(method="GET", path=f"{API}/system/licences", read=_items)


def slots() -> Call[tuple[Data, ...]]:
    return Call(method="GET", path=f"{API}/system/slots", read=_items)


def _job(data: Any) -> Job | None:
    return None if data is None else Job.of_data(data)


def _items(data: Any) -> tuple[Data, ...]:
    return tuple(data["items"])
