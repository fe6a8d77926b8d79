"""``artifex users`` as somebody runs it, with the password on standard input or at a prompt."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pexpect
import pytest

from artifex.accounts.accounts import Accounts
from artifex.errors import NotSignedIn
from artifex.store.database import open_database, sqlite_url
from tests.accounts.conftest import SECRET

PASSWORD = "a long enough one"
COMMAND = [sys.executable, "-m", "artifex.cli.main", "users"]


class Home:
    """A state folder with the command called in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "ARTIFEX_HOME": str(folder), "ARTIFEX_DATABASE": ""}

    def users(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, *arguments]
        return subprocess.run(
            command, input=typed, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def accounts(self) -> Accounts:
        return Accounts(open_database(sqlite_url(self.folder / "artifex.db")), SECRET)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_first_administrator_is_added_and_signs_in(home: Home) -> None:
    added = home.users("add", "Root", "--role", "admin", "--json", typed=f"{PASSWORD}\n")
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["role"] == "admin"
    accounts = home.accounts()
    accounts.users.require_administrator()
    assert accounts.sign_in("root", PASSWORD, "::1")


def test_a_user_is_managed(home: Home) -> None:
    for name, role in (("root", "admin"), ("anna", "member")):
        assert home.users("add", name, "--role", role, typed=f"{PASSWORD}\n").returncode == 0
    assert home.users("role", "anna", "viewer").returncode == 0
    assert home.users("password", "anna", typed="another long one\n").returncode == 0
    tokens = home.accounts().sign_in("anna", "another long one", "::1")
    assert home.users("disable", "anna").returncode == 0
    listed = json.loads(home.users("list", "--json").stdout)["users"]
    assert [(user["name"], user["role"], user["disabled"]) for user in listed] == [
        ("anna", "viewer", True),
        ("root", "admin", False),
    ]
    assert "password" not in str(listed)
    assert not home.accounts().still_valid(tokens.access_token)
    assert home.users("disable", "anna", "--undo").returncode == 0
    assert home.accounts().sign_in("anna", "another long one", "::1")


@pytest.mark.parametrize(
    ("arguments", "typed", "status"),
    [
        (("add", "anna"), "", 2),
        (("add", "anna"), "short\n", 2),
        (("add", "a b"), f"{PASSWORD}\n", 2),
        (("add", "anna", "--password", PASSWORD), "", 2),
        (("add", "anna", "--role", "god"), f"{PASSWORD}\n", 2),
        (("role", "nobody", "admin"), "", 2),
        (("disable", "nobody"), "", 2),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(home: Home, arguments: tuple[str, ...], typed: str, status: int) -> None:
    refused = home.users(*arguments, typed=typed)
    assert refused.returncode == status
    assert "Traceback" not in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert home.accounts().users.all() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(home: Home) -> None:
    environment = cast("os._Environ[str]", home.environment)
    terminal = pexpect.spawn(COMMAND[0], [*COMMAND[1:], "add", "anna"], env=environment, encoding="utf-8", timeout=60)
    for prompt in ("Password", "Repeat"):
        terminal.expect(prompt)
        terminal.waitnoecho()
        terminal.sendline(PASSWORD)
    terminal.expect(pexpect.EOF)
    assert PASSWORD not in (terminal.before or "")
    assert home.accounts().sign_in("anna", PASSWORD, "::1")


def test_a_wrong_password_lets_nobody_in(home: Home) -> None:
    home.users("add", "anna", typed=f"{PASSWORD}\r\n")
    assert home.accounts().sign_in("anna", PASSWORD, "::1"), "the line's end is no part of it"
    with pytest.raises(NotSignedIn):
        home.accounts().sign_in("anna", f"{PASSWORD}\r", "::1")
