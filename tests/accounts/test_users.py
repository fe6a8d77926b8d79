"""Names, roles, and that somebody who can administrate is always left."""

import pytest

from artifex.accounts.accounts import Accounts
from artifex.errors import BadInput, CannotRun, Conflict, NotFound, NotSignedIn

PASSWORD = "a long enough one"


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a\0b", "a\nb", "-rf", "../x", "\u202eanna", "\ud800", "a" * 101, "\ufdfa" * 100]
)
def test_what_is_no_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(BadInput):
        accounts.users.create(name, PASSWORD, "member")
    assert accounts.users.find(name) is None


@pytest.mark.parametrize("name", ["anna", "Анна", "지은", "a.b@studio.example", "x1"])
def test_names_of_any_script_are_taken(accounts: Accounts, name: str) -> None:
    user = accounts.users.create(name, PASSWORD, "member")
    assert accounts.users.find(name) == user


def test_a_name_is_one_persons_however_it_is_spelt(accounts: Accounts) -> None:
    accounts.users.create("anna", PASSWORD, "member")
    for name in ("anna", "ANNA", "ａｎｎａ"):
        with pytest.raises(Conflict):
            accounts.users.create(name, PASSWORD, "member")


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1025, "x" * 2**20, "\ud800" * 10, "가" * 400])
def test_a_password_too_short_or_too_long_is_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(BadInput):
        accounts.users.create("anna", password, "member")


def test_nothing_of_a_long_password_is_cut_off(accounts: Accounts) -> None:
    accounts.users.create("anna", "x" * 1024, "member")
    assert accounts.sign_in("anna", "x" * 1024, "::1")
    for wrong in ("x" * 72, "x" * 1023, "x" * 1023 + "y"):
        with pytest.raises(NotSignedIn):
            accounts.sign_in("anna", wrong, "::1")


def test_without_an_administrator_nothing_is_served(accounts: Accounts) -> None:
    with pytest.raises(CannotRun, match="artifex users add NAME --role admin"):
        accounts.users.require_administrator()
    accounts.users.create("anna", PASSWORD, "member")
    with pytest.raises(CannotRun):
        accounts.users.require_administrator()
    accounts.users.create("root", PASSWORD, "admin")
    accounts.users.require_administrator()


def test_the_last_administrator_stays_one(accounts: Accounts) -> None:
    root = accounts.users.create("root", PASSWORD, "admin")
    for attempt in (
        lambda: accounts.users.change(root.id, role="member"),
        lambda: accounts.users.change(root.id, disabled=True),
        lambda: accounts.users.delete(root.id),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert accounts.users.get(root.id) == root, "a refused change changes nothing"
    other = accounts.users.create("other", PASSWORD, "admin")
    accounts.users.delete(root.id)
    with pytest.raises(Conflict):
        accounts.users.delete(other.id)


@pytest.mark.parametrize("user_id", ["", "0" * 32, "\0", "x", "' or 1=1 --"])
def test_an_unknown_id_is_not_found(accounts: Accounts, user_id: str) -> None:
    for attempt in (accounts.users.get, accounts.users.delete, accounts.users.change):
        with pytest.raises(NotFound):
            attempt(user_id)
