"""A studio with thousands of clips: a few real ones, and rows that share their content but have other thumbnails."""

import colorsys
import dataclasses
import random
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw
from sqlalchemy import update
from tests.api.conftest import Server, start_server, stop_server
from tests.e2e.content import made

from artifex.settings import Settings
from artifex.store.assets import Assets, NewAsset, StoredBlob, insert_asset
from artifex.store.blobs import open_blobs
from artifex.store.tables.assets import assets
from artifex.wiring import open_studio_database

_PICTURES = 1000
"""Number of different thumbnails: more than a browser keeps decoded."""
_PROMPTS = (
    "a red circle moves right on a blue background",
    "a small yellow star spins clockwise on a purple background",
    "a green ring grows on a white background",
)


@contextmanager
def studio_with(count: int) -> Iterator[Server]:
    """A running studio without accounts, removed at the end."""
    with TemporaryDirectory(prefix="artifex-page-") as folder:
        home = Path(folder) / "home"
        server = start_server(home)
        try:
            with server.client() as client:
                clips = [made(client, prompt) for prompt in _PROMPTS]
            _multiply(home, clips, count)
            yield server
        finally:
            stop_server(server)


def _multiply(home: Path, clips: list[str], count: int) -> None:
    settings = Settings(home)
    database = open_studio_database(settings)
    library = Assets(database, open_blobs(settings))
    originals = [library.get(clip) for clip in clips]
    pictures = [library.store(_picture(number)) for number in range(min(count, _PICTURES))]
    with database.write() as connection:
        for number in range(count):
            original = originals[number % len(originals)]
            copied = {name: getattr(original, name) for name in ("owner", "kind", "media_type", "facts", "recipe")}
            content = StoredBlob(original.sha256, original.size)
            new = NewAsset(**copied, content=content, thumbnail=pictures[number % len(pictures)].sha256)
            row = insert_asset(connection, dataclasses.replace(new, name=f"clip {number}"))
            connection.execute(update(assets).where(assets.c.id == row.id).values(created_at=1.7e9 + number))
    database.close()


def _picture(number: int) -> bytes:
    """A unique JPEG as large as real clips' thumbnails."""
    drawn = random.Random(number)
    picture = Image.new("RGB", (320, 180), _colour(drawn))
    brush = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y, size = drawn.uniform(0, 320), drawn.uniform(0, 180), drawn.uniform(4, 60)
        brush.ellipse((x - size, y - size, x + size, y + size), fill=_colour(drawn))
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=90)
    return packed.getvalue()


def _colour(drawn: random.Random) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(drawn.random(), 0.6, drawn.uniform(0.3, 0.9))
    return round(255 * red), round(255 * green), round(255 * blue)
