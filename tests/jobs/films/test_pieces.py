"""Encoding of segments: plain ones bypass RGB, and all encoder threads end."""

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import BadInput, NotAvailable
from artifex.jobs.films.encodings import piece_codec
from artifex.jobs.films.pictures import Picture
from artifex.jobs.films.pieces import PieceEncoder
from artifex.jobs.films.rendering import Target, render_film
from artifex.jobs.films.sources import Sources
from artifex.media.codecs import StreamCodec
from artifex.media.decode import frames
from artifex.media.encodings.encoding import Encoding, Quality
from artifex.media.opener import Here
from artifex.media.probe import probe
from artifex.media.reading.run import Run, read_runs
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.plan import RenderPlan, plan
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.units import PixelSize
from tests.jobs.films.test_rendering import Told, no_cube
from tests.media.footage import Kind, write
from tests.media.numbered import read_number
from tests.media.reading.test_planes import numbered_colours

SIZE = PixelSize(width=128, height=64)
RATE = Fraction(24)
FINE = Encoding(rate=Quality(1), speed="fast")
"""Fine enough that the encoder causes next to no difference."""
CUTS = (5, 40, 22)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kind = Kind(".mp4", "libx264", options={"preset": "veryfast", "crf": "8", "bf": "2", "g": "30"})
    return write(tmp_path_factory.mktemp("clip") / "clip.mp4", numbered_colours(60), kind)


def film() -> RenderPlan:
    source = MediaSource("v", "0" * 64, "video", 60, RATE, width=SIZE.width, height=SIZE.height).to_data()
    project = Project("p", "Film", Timeline(RATE, SIZE.width, SIZE.height, tracks=(Track("v1", "video"),)))
    for start in CUTS:
        clip = {"start": 0, "duration": 12, "source": source, "source_start": str(start)}
        project = perform(project, parse_command({"edit": "append", "clips": [{"track": "v1", "clip": clip}]}))
    return plan(project)


def exported(clip: Path, folder: Path) -> Path:
    folder.mkdir()
    sources = Sources(Here(), lambda _layer: clip, no_cube)
    render_film(film(), Target(SIZE, FINE, folder / "kept"), sources, folder / "film.mp4", Told())
    return folder / "film.mp4"


def test_the_way_past_rgb_shows_the_same(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    straight = exported(clip, tmp_path / "straight")
    monkeypatch.setattr(StreamCodec, "takes_planes", property(lambda _codec: False))
    general = exported(clip, tmp_path / "general")
    assert straight.read_bytes() != general.read_bytes()
    shown = [number for start in CUTS for number in range(start, start + 12)]
    for film in (straight, general):
        assert [read_number(frame) for frame in frames(film)] == shown
    assert probe(straight).colour == probe(general).colour
    assert min(psnr(one, other) for one, other in zip(planes(straight), planes(general), strict=True)) >= 45


def test_the_same_film_is_the_same_file(clip: Path, tmp_path: Path) -> None:
    one, other = (exported(clip, tmp_path / name).read_bytes() for name in ("one", "other"))
    assert one == other


def test_frames_that_fail_leave_no_file_and_those_before_are_whole(tmp_path: Path) -> None:
    def failing() -> Iterator[Picture]:
        yield from grey(9)
        raise ValueError("no more")

    with pieces() as encoder:
        encoder.write(grey(30), tmp_path / "first.mp4")
        with pytest.raises(ValueError, match="no more"):
            encoder.write(failing(), tmp_path / "second.mp4")
    assert [file.name for file in tmp_path.iterdir()] == ["first.mp4"]
    assert len(list(frames(tmp_path / "first.mp4"))) == 30


def test_an_encoder_that_fails_takes_no_more_frames_and_tells(tmp_path: Path) -> None:
    before = threading.active_count()
    with pieces("no such encoder") as encoder, pytest.raises(NotAvailable):
        encoder.write(grey(1000), tmp_path / "piece.mp4")
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == before


def pieces(name: str = "libx264") -> PieceEncoder:
    codec = piece_codec(FINE)
    return PieceEncoder(SIZE, RATE, StreamCodec("h264", ".mp4", name, "mp4", "yuv420p", codec.options))


def planes(film: Path) -> Iterator[Picture]:
    """The decoded frames as YUV planes."""
    return read_runs(film, [Run(Fraction(0), Fraction(1), 12 * len(CUTS), SIZE)])


def grey(count: int) -> Iterator[Picture]:
    return (np.full((SIZE.height, SIZE.width, 3), 128, np.uint8) for _ in range(count))


def psnr(one: Picture, other: Picture) -> float:
    """In dB."""
    error = float(((one.astype(float) - other) ** 2).mean())
    return 10 * float(np.log10(255**2 / max(1e-9, error)))


def test_a_size_that_cannot_be_written_is_refused_at_once(clip: Path, tmp_path: Path) -> None:
    odd = Target(PixelSize(width=127, height=64), FINE, tmp_path / "kept")
    with pytest.raises(BadInput, match="even width"):
        render_film(film(), odd, Sources(Here(), lambda _layer: clip, no_cube), tmp_path / "film.mp4", Told())
