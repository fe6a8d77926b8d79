"""Calls about links to files."""

from typing import Any

from artifex.client.answers import Share
from artifex.client.calls import API, Call


def shares(asset_id: str) -> Call[tuple[Share, ...]]:
    return Call(method="GET", path=f"{API}/media/{asset_id}/shares", read=_items)


def create(asset_id: str, days: int) -> Call[Share]:
    return Call(method="POST", path=f"{API}/media/{asset_id}/shares", body={"days": days}, read=Share.of_data)


def revoke(share_id: str) -> Call[None]:
    return Call(method="DELETE", path=f"{API}/shares/{share_id}", read=lambda _: None)


def _items(data: Any) -> tuple[Share, ...]:
    return tuple(Share.of_data(item) for item in data["items"])
