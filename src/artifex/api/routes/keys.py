"""Routes of API keys, with which programs authenticate."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from artifex.accounts.keys import PREFIX, ApiKey
from artifex.api.routes.auth import require_accounts
from artifex.api.service import Asks, The
from artifex.errors import NotAllowed

router = APIRouter(prefix="/keys", tags=["keys"], dependencies=[Depends(require_accounts)])

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")
]


class NewKey(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: Name


class KeyAnswer(BaseModel):
    id: str
    owner: str
    name: str
    created_at: float
    used_at: float | None
    """Accurate to a minute."""


class KeyWithText(KeyAnswer):
    key: str
    """Shown only once: the server keeps its hash."""


class KeyPage(BaseModel):
    items: list[KeyAnswer]
    next_cursor: None = None


@router.get("", operation_id="listKeys")
def list_keys(the: The, asks: Asks) -> KeyPage:
    """Your keys, oldest first; an administrator sees everybody's."""
    return KeyPage(items=[_answer(key) for key in the.accounts.keys.all(asks.sees)])


@router.post("", status_code=201, operation_id="createKey")
def create_key(body: NewKey, request: Request, the: The, asks: Asks) -> KeyWithText:
    """Create a key that acts as you. Keys cannot create keys, so that revoking a stolen one is enough."""
    if request.state.bearer.startswith(PREFIX):
        raise NotAllowed("An API key cannot make another; sign in with your name and password for this.")
    key, text = the.accounts.keys.create(asks.user_id, body.name)
    return KeyWithText(**_answer(key).model_dump(), key=text)


@router.delete("/{key_id}", status_code=204, operation_id="revokeKey")
def revoke_key(key_id: str, the: The, asks: Asks) -> None:
    """Revoke a key: it is no longer accepted."""
    the.accounts.keys.revoke(key_id, asks.sees)


def _answer(key: ApiKey) -> KeyAnswer:
    return KeyAnswer(id=key.id, owner=key.user_id, name=key.name, created_at=key.created_at, used_at=key.used_at)
