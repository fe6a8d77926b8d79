"""What is installed is whole, and the locked versions say nothing of the machine they were locked on."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "artifex" / "catalog" / "starter" / "weights"
PAGE = ROOT / "src" / "artifex" / "api" / "page"
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", ".gitignore", "tools/hatch_build.py")


def build(target: str, root: Path, to: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(to), *options]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True, timeout=120)


def names_in(folder: Path) -> set[str]:
    """Of the files in the one archive there; in an sdist below its own folder."""
    (path,) = folder.iterdir()
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built from this tree."""
    if not (PAGE / "index.html").is_file():
        pytest.skip("service: the web interface is not built; make web")
    folder = tmp_path_factory.mktemp("dist")
    built = build("wheel", ROOT, folder)
    assert built.returncode == 0, built.stderr
    return names_in(folder)


@pytest.fixture
def cloned(tmp_path: Path) -> Path:
    """A tree as it is cloned: without the page. Of the program there is a single module."""
    tree = tmp_path / "tree"
    for name in (*BUILT_FROM, "src/artifex/__init__.py"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    return tree


def test_the_wheel_carries_the_starter_model(wheel: set[str]) -> None:
    files = {path.relative_to(ROOT / "src").as_posix() for path in WEIGHTS.rglob("*") if path.is_file()}
    assert any(name.endswith(".safetensors") for name in files)
    assert files <= wheel


def test_the_wheel_carries_every_module_and_its_types(wheel: set[str]) -> None:
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert modules | {"artifex/py.typed"} <= wheel


def test_the_wheel_carries_the_web_interface(wheel: set[str]) -> None:
    files = {path.relative_to(ROOT / "src").as_posix() for path in PAGE.rglob("*") if path.is_file()}
    assert files <= wheel


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_nothing_is_built_without_the_web_interface(cloned: Path, tmp_path: Path, target: str) -> None:
    refused = build(target, cloned, tmp_path / "dist")
    assert refused.returncode != 0
    assert "Run 'make web'" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list((tmp_path / "dist").iterdir()) == []


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_the_web_interface_is_packed_once_it_is_built(cloned: Path, tmp_path: Path, target: str) -> None:
    page = cloned / "src" / "artifex" / "api" / "page" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html>", encoding="utf-8")
    built = build(target, cloned, tmp_path / "dist")
    assert built.returncode == 0, built.stderr
    assert {"artifex/api/page/index.html", "src/artifex/api/page/index.html"} & names_in(tmp_path / "dist")


def test_an_editable_install_does_without_the_web_interface(cloned: Path, tmp_path: Path) -> None:
    """Of its build only the part that asks for the page: the rest wants a package that pip fetches for it."""
    asked = build("wheel:editable", cloned, tmp_path / "dist", "--hooks-only")
    assert asked.returncode == 0, asked.stderr


def test_an_sdist_holds_no_secrets_of_an_installation(cloned: Path, tmp_path: Path) -> None:
    for name in ("src/artifex/api/page/index.html", "deploy/.env", "deploy/.env.example"):
        (cloned / name).parent.mkdir(parents=True, exist_ok=True)
        (cloned / name).touch()
    assert build("sdist", cloned, tmp_path / "dist").returncode == 0
    names = names_in(tmp_path / "dist")
    assert "deploy/.env.example" in names
    assert "deploy/.env" not in names


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
