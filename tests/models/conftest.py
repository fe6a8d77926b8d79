"""A family of paper models, a hub that has them, and children of the real program that know both."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from artifex import catalog
from artifex.catalog import registry
from artifex.catalog.shelf import Shelf
from artifex.catalog.spec import ModelSpec
from artifex.cli.main import main
from artifex.jobs.work.pull import Pulled, pull
from artifex.store.hub import HubClient
from artifex.store.retry import Backoff
from tests.fakes.hub import FakeHub
from tests.models.paper import paper_files

FAMILIES = str(Path(__file__).parent / "families")
REPOSITORY = "tests/paper"

PROGRAM = f"""
import sys
import artifex.catalog
artifex.catalog.__path__.append({FAMILIES!r})
from artifex.cli.main import main
sys.exit(main(sys.argv[1:]))
"""

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Command = Callable[..., "Told"]


class Log:
    """A pull's report that keeps what it is told."""

    def __init__(self) -> None:
        self.total = 0
        self.here = 0
        self.retries: list[str] = []

    def begin(self, total: int, here: int) -> None:
        self.total, self.here = total, here

    def file(self, path: str) -> None:
        pass

    def received(self, count: int) -> None:
        self.here += count

    def retrying(self, why: str) -> None:
        self.retries.append(why)


class Place:
    """A shelf of its own, and pulls into it that never really wait."""

    def __init__(self, root: Path, endpoint: str) -> None:
        self.shelf = Shelf(root)
        self.endpoint = endpoint
        self.waits: list[float] = []
        self.log = Log()

    @property
    def spec(self) -> ModelSpec:
        return registry.find_model("paper", self.shelf.root)

    @property
    def files(self) -> Path:
        return self.shelf.files_folder("paper")

    def pull(self, update: bool = False) -> Pulled:
        self.log = Log()
        backoff = Backoff(attempts=6, sleep=self.waits.append, random=Random(0))
        return pull(self.spec, self.shelf, HubClient(backoff, self.endpoint, "secret"), backoff, self.log, update)

    def content(self) -> dict[str, bytes]:
        """What lies in the folder of files now."""
        return {
            path.relative_to(self.files).as_posix(): path.read_bytes()
            for path in sorted(self.files.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    return paper_files()


@pytest.fixture(autouse=True)
def _paper_family(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The paper family is found where families are looked for, like one that somebody wrote."""
    monkeypatch.setattr(catalog, "__path__", [*catalog.__path__, FAMILIES])
    registry.catalogue.cache_clear()
    yield
    registry.catalogue.cache_clear()


@pytest.fixture
def hub(files: dict[str, bytes]) -> Iterator[FakeHub]:
    with FakeHub({REPOSITORY: dict(files)}) as fake:
        yield fake


@pytest.fixture
def place(hub: FakeHub, tmp_path: Path) -> Place:
    return Place(tmp_path / "home" / "models", hub.endpoint)


@pytest.fixture
def start(hub: FakeHub, tmp_path: Path) -> Start:
    """``start(*arguments)`` begins the program with the state folder and hub of this test."""

    def begin(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
        settings = {
            "ARTIFEX_HOME": str(tmp_path / "home"),
            "HF_ENDPOINT": hub.endpoint,
            "HF_HOME": str(tmp_path / "hf"),
        }
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            env={**os.environ, **settings, "COLUMNS": "200", "OMP_NUM_THREADS": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return begin


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``command(*arguments)`` runs a command of the program in this process, which is quicker than a child."""
    monkeypatch.setenv("ARTIFEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Told:
        capsys.readouterr()
        code = main(list(arguments))
        output = capsys.readouterr()
        return Told(code, output.out, output.err)

    return run


@pytest.fixture
def artifex(start: Start) -> Run:
    """``artifex(*arguments)`` runs the program to its end."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        with start(*arguments, **environment) as child:
            output, errors = child.communicate(timeout=60)
        return subprocess.CompletedProcess(child.args, child.returncode, output, errors)

    return run
