"""API keys: shown once, checked by their hash, gone when revoked."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifex.accounts.accounts import Accounts
from artifex.accounts.keys import MOST_KEYS
from artifex.accounts.users import User
from artifex.errors import Conflict, NotFound, NotSignedIn, NotWritable
from artifex.store.database import Database, open_database, sqlite_url
from tests.accounts.conftest import SECRET


@pytest.fixture
def anna(accounts: Accounts) -> User:
    return accounts.users.create("anna", "a long enough one", "member")


def test_a_key_acts_as_its_user(accounts: Accounts, anna: User) -> None:
    key, text = accounts.keys.create(anna.id, "script")
    assert re.fullmatch(f"ax_{key.id}_[A-Za-z0-9_-]{{43}}", text)
    assert accounts.caller_from(text).user_id == anna.id
    accounts.users.change(anna.id, role="viewer")
    assert accounts.caller_from(text).role == "viewer"


def test_a_revoked_key_lets_nobody_in(accounts: Accounts, anna: User) -> None:
    key, text = accounts.keys.create(anna.id, "script")
    accounts.keys.revoke(key.id, anna.id)
    assert not accounts.still_valid(text)
    assert accounts.keys.all(anna.id) == []


def test_somebody_elses_key_is_not_found(accounts: Accounts, anna: User) -> None:
    other = accounts.users.create("other", "a long enough one", "member")
    key, text = accounts.keys.create(anna.id, "script")
    for key_id in (key.id, "0" * 16, "\0", ""):
        with pytest.raises(NotFound):
            accounts.keys.revoke(key_id, other.id)
    assert accounts.keys.all(other.id) == []
    assert accounts.still_valid(text)


def test_another_keys_secret_does_not_fit(accounts: Accounts, anna: User) -> None:
    key, _ = accounts.keys.create(anna.id, "one")
    _, text = accounts.keys.create(anna.id, "two")
    with pytest.raises(NotSignedIn):
        accounts.caller_from(f"ax_{key.id}_{text[-43:]}")


def test_its_use_is_noted_at_most_once_a_minute(database: Database) -> None:
    now = [time.time()]
    accounts = Accounts(database, SECRET, clock=lambda: now[0])
    anna = accounts.users.create("anna", "a long enough one", "member")
    _, text = accounts.keys.create(anna.id, "script")
    seen: list[float | None] = []
    for seconds in (0, 30, 29, 2):
        now[0] += seconds
        accounts.caller_from(text)
        seen.append(accounts.keys.all()[0].used_at)
    begun = now[0] - 61
    assert seen == pytest.approx([begun, begun, begun, begun + 61])


def test_a_key_is_good_although_its_use_cannot_be_noted(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "artifex.db"))
    accounts = Accounts(database, SECRET)
    anna = accounts.users.create("anna", "a long enough one", "member")
    key, secret = accounts.keys.create(anna.id, "script")
    with database.read() as connection:
        connection.exec_driver_sql("pragma query_only = on")  # of the one connection in the pool
    with pytest.raises(NotWritable):
        accounts.keys.revoke(key.id)
    assert accounts.caller_from(secret).user_id == anna.id
    database.close()


def test_keys_of_one_user_are_counted(accounts: Accounts, anna: User) -> None:
    for number in range(MOST_KEYS):
        accounts.keys.create(anna.id, str(number))
    with pytest.raises(Conflict):
        accounts.keys.create(anna.id, "one more")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.text().map("ax_".__add__) | st.from_regex("ax_[0-9a-f]{16}_[A-Za-z0-9_-]{43}") | st.text())
def test_garbage_is_refused_and_nothing_else(accounts: Accounts, text: str) -> None:
    for attempt in (accounts.caller_from, accounts.refresh, accounts.redeem):
        with pytest.raises(NotSignedIn):
            attempt(text)
