"""Route that lists the encodings of films, and which of them this machine supports."""

from fastapi import APIRouter
from pydantic import BaseModel

from artifex.jobs.films.encodings import ENCODINGS, encodings_here, is_joinable
from artifex.media.encodings.encoding import Container, Engine, VideoCodec

router = APIRouter(tags=["projects"])


class FilmEncoding(BaseModel):
    """``bits`` per channel; ``in_pieces``: a stopped render resumes with the pieces that are done."""

    name: str
    codec: VideoCodec
    container: Container
    bits: int
    engine: Engine
    in_pieces: bool
    reason: str | None
    """Why this server's machine does not support it; null if it does."""


class FilmEncodings(BaseModel):
    items: list[FilmEncoding]
    next_cursor: None = None


@router.get("/encodings", operation_id="listEncodings")
def list_encodings() -> FilmEncodings:
    """The encodings that a render may name. The first answer takes seconds: each encoder is tried on a frame."""
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
