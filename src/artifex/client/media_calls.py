"""Calls about the files of the library."""

from collections.abc import Mapping
from pathlib import Path

from artifex.client.answers import Asset, AssetPage
from artifex.client.calls import API, Call, QueryValue
from artifex.errors import BadInput

_MEDIA = f"{API}/media"


def upload(path: Path) -> Call[Asset]:
    """Raises BadInput for what is no file."""
    if not path.is_file():
        raise BadInput(f"There is no file {path}; check its name.")
    return Call(method="POST", path=_MEDIA, upload=path, read=Asset.of_data)


def import_url(url: str) -> Call[Asset]:
    return Call(method="POST", path=f"{_MEDIA}/import", body={"url": url}, read=Asset.of_data)


def get(asset_id: str) -> Call[Asset]:
    return Call(method="GET", path=f"{_MEDIA}/{asset_id}", read=Asset.of_data)


def page(wanted: Mapping[str, QueryValue]) -> Call[AssetPage]:
    return Call(method="GET", path=_MEDIA, query=wanted, read=AssetPage.of_data)


def delete(asset_id: str) -> Call[None]:
    return Call(method="DELETE", path=f"{_MEDIA}/{asset_id}", read=lambda _: None)


def file_path(asset_id: str) -> str:
    """Where the content of an asset is."""
    return f"{_MEDIA}/{asset_id}/file"
