"""The ways in which a film can be written, and which of them this machine has."""

from fastapi import APIRouter
from pydantic import BaseModel

from artifex.jobs.films.encodings import ENCODINGS, encodings_here, is_joinable
from artifex.media.encodings.encoding import Container, Engine, VideoCodec

router = APIRouter(tags=["projects"])


class FilmEncoding(BaseModel):
    """``bits`` of each channel; ``in_pieces``: a render that was stopped goes on, and takes what is there."""

    name: str
    codec: VideoCodec
    container: Container
    bits: int
    engine: Engine
    in_pieces: bool
    reason: str | None
    """Why the machine of this server cannot; null: it can."""


class FilmEncodings(BaseModel):
    items: list[FilmEncoding]
    next_cursor: None = None


@router.get("/encodings", operation_id="listEncodings")
def list_encodings() -> FilmEncodings:
    """What a render may name. The first answer takes seconds: each encoder is proved by encoding a frame."""
    reasons = encodings_here()
    return FilmEncodings(items=[_answer(name, reasons[name]) for name in ENCODINGS])


def _answer(name: str, reason: str | None) -> FilmEncoding:
    encoding = ENCODINGS[name]
    return FilmEncoding(
        name=name,
        codec=encoding.codec,
        container=encoding.container,
        bits=encoding.bits,
        engine=encoding.engine,
        in_pieces=is_joinable(encoding),
        reason=reason,
    )
