"""The signing secret: from the environment, or a file that only its owner reads, made once."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from artifex.accounts.secret import signing_secret
from artifex.errors import BadInput, CannotRun

_ASK = """
import sys
from pathlib import Path
from artifex.accounts.secret import signing_secret
print(signing_secret("", Path(sys.argv[1])).hex())
"""


def test_it_is_taken_from_the_environment(tmp_path: Path) -> None:
    raw = os.urandom(32)
    assert signing_secret(base64.b64encode(raw).decode(), tmp_path) == raw
    assert signing_secret("ключ из тридцати двух байтов!!", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", ["short", base64.b64encode(bytes(31))[:30].decode(), "x" * 31])
def test_a_short_one_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(BadInput):
        signing_secret(given, tmp_path)


def test_it_is_made_once_by_whoever_comes_first(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _ASK, str(tmp_path / "home")]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    secrets = {child.communicate()[0].strip() for child in children}
    assert len(secrets) == 1
    assert len(bytes.fromhex(secrets.pop())) == 32


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret = signing_secret("", tmp_path)
    path = tmp_path / "secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing_secret("", tmp_path) == secret
    path.chmod(0o644)
    with pytest.raises(CannotRun, match="read by others"):
        signing_secret("", tmp_path)


def test_a_damaged_file_is_not_taken(tmp_path: Path) -> None:
    signing_secret("", tmp_path)
    for content in (b"", b"AAAA", b"\xff" * 100):
        (tmp_path / "secret").write_bytes(content)
        with pytest.raises(CannotRun, match="damaged"):
            signing_secret("", tmp_path)
