"""Routes of boards: named collections of files of the library."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from artifex.api.asset_answers import asset_url
from artifex.api.routes.styles import Name
from artifex.api.service import Asks, Caller, Service, The
from artifex.store.boards import BoardRow, Boards

router = APIRouter(prefix="/boards", tags=["boards"])

BoardId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class NewBoard(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name


class BoardChanges(BaseModel):
    """Absent fields stay as they are."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None


class BoardAnswer(BaseModel):
    id: str
    name: str
    count: int
    """Files on it that are not in the trash."""
    cover: str | None
    """The path of the last added file's thumbnail, signed like the ``urls`` of a file."""
    created_at: float


class BoardList(BaseModel):
    items: list[BoardAnswer]
    next_cursor: None = None


@router.get("", operation_id="listBoards")
def list_boards(the: The, asks: Asks) -> BoardList:
    """Your boards, in order of name; an administrator sees everybody's. ``GET /media?board=`` lists a board's files."""
    return BoardList(items=[_answer(row, the, asks) for row in Boards(the.database).all(asks.sees)])


@router.post("", status_code=201, operation_id="createBoard")
def create_board(body: NewBoard, the: The, asks: Asks) -> BoardAnswer:
    """Create an empty board. ``POST /media/bulk`` puts files on it."""
    asks.require_writer()
    return _answer(Boards(the.database).create(asks.user_id, body.name), the, asks)


@router.patch("/{board_id}", operation_id="editBoard")
def edit_board(board_id: BoardId, body: BoardChanges, the: The, asks: Asks) -> BoardAnswer:
    asks.require_writer()
    boards = Boards(the.database)
    row = boards.get(board_id, asks.sees) if body.name is None else boards.rename(board_id, asks.sees, body.name)
    return _answer(row, the, asks)


@router.delete("/{board_id}", status_code=204, operation_id="deleteBoard")
def delete_board(board_id: BoardId, the: The, asks: Asks) -> None:
    """Delete a board; its files stay in the library."""
    asks.require_writer()
    Boards(the.database).delete(board_id, asks.sees)


def _answer(row: BoardRow, the: Service, asks: Caller) -> BoardAnswer:
    return BoardAnswer(
        id=row.id,
        name=row.name,
        count=row.count,
        cover=asset_url(row.cover, "thumbnail", the, asks) if row.cover else None,
        created_at=row.created_at,
    )
