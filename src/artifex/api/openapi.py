"""The OpenAPI description, from which clients are generated."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from artifex.api.openai_errors import OpenAIErrorAnswer, is_openai_path
from artifex.api.schemas import ErrorAnswer
from artifex.api.share_links import SHARED

_TAGS = {
    "jobs": "Work in the queue: clips, proxies, renders, models to fetch.",
    "events": "What happens to jobs, live.",
    "media": "Pictures, sounds, clips and LoRAs of the library.",
    "boards": "Files of the library, gathered under a name.",
    "shares": "Links that show a file to people without an account.",
    "models": "What clips can be made with.",
    "prompts": "Words for clips, before they are made.",
    "presets": "Named values for clips.",
    "styles": "Words, LoRAs and values that are added to many clips.",
    "loras": "LoRAs of the library.",
    "openai": "Clips in the shape of OpenAI's videos API.",
    "webhooks": "Telling other programs that a job is over.",
    "auth": "Signing in.",
    "users": "Accounts, for administrators.",
    "keys": "Keys for programs.",
    "system": "How the server does.",
}
_FAULTS = {
    "400": "The request is wrong; the message says what.",
    "401": "Nobody is signed in, or the token is not valid any more.",
    "403": "The caller's role does not include this.",
    "404": "There is no such thing, or it is somebody else's.",
    "409": "Not possible in the state it is in, or not on this machine.",
    "413": "More than is taken at once.",
    "415": "The body is of a kind that is not taken here.",
    "422": "The idempotency key came before, with another request.",
    "429": "More than is taken at a time; Retry-After says when to come again.",
    "503": "The database or the storage does not answer.",
    "507": "The server's disk is full.",
}
_NO_CALLER = ("/healthz", "/api/v1/auth/login", "/api/v1/auth/refresh")


def describe(app: FastAPI) -> None:
    """Make the app describe all its routes, with their error answers, in OpenAPI 3.1."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # pyright: ignore[reportAttributeAccessIssue]  FastAPI's own way to change it


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        summary="A film studio of your own: a prompt, a picture or a voice becomes a clip that knows how it was made.",
        routes=app.routes,
        tags=[{"name": name, "description": words} for name, words in _TAGS.items()],
    )
    parts = schema.setdefault("components", {})
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "description": "A token or API key."}}
    schemas = parts.setdefault("schemas", {})
    for answer in (ErrorAnswer, OpenAIErrorAnswer):
        error = answer.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(error.pop("$defs", {}))
        schemas[answer.__name__] = error
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, doors in schema["paths"].items():
        for door in doors.values():
            _with_faults(door, path)
    return schema


def _with_faults(door: dict[str, Any], path: str) -> None:
    door["responses"].pop("422", None)
    answer = OpenAIErrorAnswer if is_openai_path(path) else ErrorAnswer
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}}
    for status, words in _FAULTS.items():
        door["responses"].setdefault(status, {"description": words, "content": content})
    door["security"] = [] if path in _NO_CALLER or path.startswith(SHARED) else [{"bearer": []}]
