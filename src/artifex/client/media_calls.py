"""Calls about the files of the library."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from artifex.client.answers import Asset, AssetPage, Data
from artifex.client.calls import API, Call, QueryValue
from artifex.errors import BadInput

_MEDIA = f"{API}/media"


def upload(path: Path) -> Call[Asset]:
    """Raises BadInput where ``path`` is no file."""
    if not path.is_file():
        raise BadInput(f"There is no file {path}; check its name.")
    return Call(method="POST", path=_MEDIA, upload=path, read=Asset.of_data)


def import_url(url: str) -> Call[Asset]:
    return Call(method="POST", path=f"{_MEDIA}/import", body={"url": url}, read=Asset.of_data)


def get(asset_id: str) -> Call[Asset]:
    return Call(method="GET", path=f"{_MEDIA}/{asset_id}", read=Asset.of_data)


def page(wanted: Mapping[str, QueryValue]) -> Call[AssetPage]:
    return Call(method="GET", path=_MEDIA, query=wanted, read=AssetPage.of_data)


def summary() -> Call[Data]:
    return Call(method="GET", path=f"{_MEDIA}/summary", read=dict)


def edit(asset_id: str, changes: Mapping[str, Any]) -> Call[Asset]:
    return Call(method="PATCH", path=f"{_MEDIA}/{asset_id}", body=changes, read=Asset.of_data)


def change(asset_ids: Sequence[str], action: str, board: str | None) -> Call[int]:
    """``favourite``, ``unfavourite``, ``trash``, ``restore``, ``delete``, ``add_to_board`` or ``remove_from_board``."""
    about = {} if board is None else {"board": board}
    body = {"ids": list(asset_ids), "action": action, **about}
    return Call(method="POST", path=f"{_MEDIA}/bulk", body=body, read=lambda data: data["changed"])


def delete(asset_id: str) -> Call[None]:
    return Call(method="DELETE", path=f"{_MEDIA}/{asset_id}", read=lambda _: None)


def file_path(asset_id: str) -> str:
    """The path of an asset's content on the server."""
    return f"{_MEDIA}/{asset_id}/file"
