"""What is installed is whole, and the locked versions say nothing of the machine they were locked on."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "artifex" / "catalog" / "starter" / "weights"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_the_starter_model(wheel: set[str]) -> None:
    files = {path.relative_to(ROOT / "src").as_posix() for path in WEIGHTS.rglob("*") if path.is_file()}
    assert any(name.endswith(".safetensors") for name in files)
    assert files <= wheel


def test_the_wheel_carries_every_module_and_its_types(wheel: set[str]) -> None:
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert modules | {"artifex/py.typed"} <= wheel


def test_the_wheel_carries_the_web_interface(wheel: set[str]) -> None:
    page = ROOT / "src" / "artifex" / "api" / "page"
    if not (page / "index.html").is_file():
        pytest.skip("service: the web interface is not built; make web")
    files = {path.relative_to(ROOT / "src").as_posix() for path in page.rglob("*") if path.is_file()}
    assert files <= wheel


def test_the_wheel_carries_licence_and_notice(wheel: set[str]) -> None:
    kept = {name.rpartition("/")[2] for name in wheel if ".dist-info/licenses/" in name}
    assert kept >= {"LICENSE", "NOTICE"}


def test_constraints_pin_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.match(r"[A-Za-z0-9._-]+==[^\s/@]+( ; .+)?$", line) for line in pins)
    assert "torch==2.13.0" in pins


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(text for extra in project["optional-dependencies"].values() for text in extra),
    ]
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    names = {re.split(r"[\[<>=~! ]", text)[0] for text in wanted}
    assert names - {"artifex"} <= pinned  # one extra names another
