"""`artifex licenses` is complete and says what matters."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from artifex.licences import Package, installed_packages

ROOT = Path(__file__).parents[2]

LOADED = """
import json, pkgutil, sys
from importlib import import_module, metadata
import artifex
for module in pkgutil.walk_packages(artifex.__path__, "artifex."):
    # Migrations are run by Alembic, not imported; kernels are written in the language of an extra's compiler.
    if ".migrations." not in module.name and not module.name.endswith("_kernel"):
        import_module(module.name)
owners = metadata.packages_distributions()
loaded = {name.partition(".")[0] for name in sys.modules}
print(json.dumps(sorted({owner for name in loaded for owner in owners.get(name, ())})))
"""

BROUGHT_BY_TESTS = {"cryptography", "greenlet", "sniffio", "triton", "valkey"}
"""What PyJWT, SQLAlchemy, anyio, diffusers and kombu load where it happens to be installed; the tests bring it here."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def packages() -> dict[str, Package]:
    return {normal(package.name): package for package in installed_packages()}


def test_direct_dependencies_are_listed(packages: dict[str, Package]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {normal(re.match(r"[\w.-]+", text)[0]) for text in project["dependencies"]}  # pyright: ignore[reportOptionalSubscript]
    assert direct <= set(packages)


def test_everything_the_program_loads_is_listed(packages: dict[str, Package]) -> None:
    child = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=120)
    loaded = {normal(name) for name in json.loads(child.stdout.splitlines()[-1])}
    assert loaded - {"artifex"} - BROUGHT_BY_TESTS <= set(packages)


def test_every_licence_is_known(packages: dict[str, Package]) -> None:
    vague = {
        name for name, package in packages.items() if package.licence in ("not stated", "UNKNOWN", "Other/Proprietary")
    }
    assert not {name for name in vague if not packages[name].note}


def test_tests_and_checks_are_not_listed(packages: dict[str, Package]) -> None:
    assert not {"pytest", "ruff", "pyright"} & set(packages)


def test_the_gpl_parts_of_pyav_are_told(packages: dict[str, Package]) -> None:
    assert "x264" in packages["av"].note
    assert "GPL" in packages["av"].note
