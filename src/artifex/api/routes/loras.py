"""Route that lists the LoRAs of the library, which clips can use."""

from typing import Annotated

from fastapi import APIRouter, Query

from artifex.api.asset_answers import AssetList
from artifex.api.routes.media import MediaQuery, list_media
from artifex.api.service import Asks, The

router = APIRouter(prefix="/loras", tags=["loras"])


@router.get("", operation_id="listLoras")
def list_loras(
    the: The,
    asks: Asks,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AssetList:
    """The caller's LoRAs (everybody's for administrators), newest first. Upload more with ``POST /media``."""
    return list_media(MediaQuery(kind="lora", cursor=cursor, limit=limit), the, asks)
