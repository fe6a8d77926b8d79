"""An installed small model with two experts, and a folder in which tests run the command line in this process."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.golden.cases import find_case
from tests.jobs.mortal import Place
from tests.jobs.small_models import install, write_picture


@pytest.fixture(scope="session")
def tiny_i2v(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with tiny-i2v installed; tests copy it instead of using it."""
    home = tmp_path_factory.mktemp("tiny-i2v") / "home"
    install(home, find_case("pipe_i2v").folder / "ckpt", "tiny-i2v", "wan2.2-i2v-a14b")
    return home


@pytest.fixture
def studio(tiny_i2v: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, containing start.png; ARTIFEX_HOME is next to it, with tiny-i2v installed."""
    place = Place(tmp_path, ())
    place.equip(tiny_i2v)
    folder = tmp_path / "work"
    folder.mkdir()
    write_picture(folder / "start.png")
    monkeypatch.setenv("ARTIFEX_HOME", str(place.home))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(folder)
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    yield folder
    for sign, handler in before.items():
        signal.signal(sign, handler)
