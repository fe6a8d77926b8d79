"""Routes that create, list and revoke share links, which show files to people without an account."""

from typing import Annotated

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, ConfigDict, Field

from artifex.accounts.shares import Share
from artifex.api.routes.media import AssetId
from artifex.api.service import Asks, Service, The
from artifex.errors import Conflict

router = APIRouter(tags=["shares"])

ShareId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class NewShare(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    days: Annotated[int, Field(ge=1, le=365)] = 30


class ShareAnswer(BaseModel):
    """Times are seconds since 1970."""

    id: str
    created_at: float
    expires_at: float


class ShareWithToken(ShareAnswer):
    token: str
    """Shown only once: the server keeps its hash."""
    path: str
    """The path of the page that shows the file."""


class ShareList(BaseModel):
    items: list[ShareAnswer]
    next_cursor: None = None


@router.post("/media/{asset_id}/shares", status_code=201, operation_id="createShare")
def create_share(
    asset_id: AssetId, the: The, asks: Asks, body: Annotated[NewShare | None, Body()] = None
) -> ShareWithToken:
    """Create a link that shows this file to whoever has it, for ``days`` days."""
    asks.require_writer()
    _require_accounts(the)
    share, token = the.accounts.shares.create(asset_id, asks.sees, asks.user_id, (body or NewShare()).days)
    return ShareWithToken(**_answer(share).model_dump(), token=token, path=f"/#/shared/{token}")


@router.get("/media/{asset_id}/shares", operation_id="listShares")
def list_shares(asset_id: AssetId, the: The, asks: Asks) -> ShareList:
    """The links to this file that have not expired, the newest first."""
    _require_accounts(the)
    return ShareList(items=[_answer(share) for share in the.accounts.shares.all(asset_id, asks.sees)])


@router.delete("/shares/{share_id}", status_code=204, operation_id="revokeShare")
def revoke_share(share_id: ShareId, the: The, asks: Asks) -> None:
    """Revoke a link: it opens nothing from now on."""
    asks.require_writer()
    _require_accounts(the)
    the.accounts.shares.revoke(share_id, asks.sees)


def _require_accounts(the: Service) -> None:
    """Raises Conflict in local mode, where no other machine is answered."""
    if not the.config.accounts:
        raise Conflict("A studio without accounts answers its own machine only; start it with --accounts to share.")


def _answer(share: Share) -> ShareAnswer:
    return ShareAnswer(id=share.id, created_at=share.created_at, expires_at=share.expires_at)
