"""Calls about boards."""

from typing import Any

from artifex.client.answers import Board
from artifex.client.calls import API, Call

_BOARDS = f"{API}/boards"


def boards() -> Call[tuple[Board, ...]]:
    return Call(method="GET", path=_BOARDS, read=_items)


def create(name: str) -> Call[Board]:
    return Call(method="POST", path=_BOARDS, body={"name": name}, read=Board.of_data)


def rename(board_id: str, name: str) -> Call[Board]:
    return Call(method="PATCH", path=f"{_BOARDS}/{board_id}", body={"name": name}, read=Board.of_data)


def delete(board_id: str) -> Call[None]:
    return Call(method="DELETE", path=f"{_BOARDS}/{board_id}", read=lambda _: None)


def _items(data: Any) -> tuple[Board, ...]:
    return tuple(Board.of_data(item) for item in data["items"])
