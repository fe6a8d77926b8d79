"""Signing in, going on, and every way in which that ends."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from artifex.accounts.accounts import Accounts, Tokens
from artifex.accounts.users import User
from artifex.errors import Conflict, NotSignedIn
from artifex.store.database import Database, open_database, sqlite_url
from tests.accounts.conftest import SECRET

PASSWORD = "a long enough one"


@pytest.fixture
def anna(accounts: Accounts) -> User:
    return accounts.users.create("anna", PASSWORD, "member")


def signed_in(accounts: Accounts, name: str = "anna") -> Tokens:
    return accounts.sign_in(name, PASSWORD, "127.0.0.1")


def test_who_signs_in_is_known_by_their_token(accounts: Accounts, anna: User) -> None:
    who = accounts.caller_from(signed_in(accounts).access_token)
    assert (who.user_id, who.name, who.role) == (anna.id, "anna", "member")


def test_a_name_is_found_however_it_is_spelt(accounts: Accounts, anna: User) -> None:
    assert accounts.caller_from(signed_in(accounts, "ＡNNA").access_token).user_id == anna.id


def test_a_refresh_token_works_once_and_its_second_use_ends_the_session(accounts: Accounts, anna: User) -> None:
    first = signed_in(accounts)
    other = signed_in(accounts)
    second = accounts.refresh(first.refresh_token)
    assert accounts.caller_from(second.access_token).user_id == anna.id
    with pytest.raises(NotSignedIn):
        accounts.refresh(first.refresh_token)
    with pytest.raises(NotSignedIn):
        accounts.refresh(second.refresh_token)
    for token in (first.access_token, second.access_token):
        assert not accounts.still_valid(token)
    assert accounts.still_valid(other.access_token), "the user's other sessions go on"


def test_of_many_that_use_a_refresh_token_at_once_one_is_served_and_the_session_ends(
    accounts: Accounts, anna: User
) -> None:
    tokens, start = signed_in(accounts), threading.Barrier(8)

    def refresh(_number: int) -> Tokens | None:
        start.wait()
        try:
            return accounts.refresh(tokens.refresh_token)
        except NotSignedIn:
            return None

    with ThreadPoolExecutor(8) as pool:
        served = [each for each in pool.map(refresh, range(8)) if each]
    assert len(served) <= 1  # none, if the session ended before its access token could be written
    assert not accounts.still_valid(tokens.access_token)
    assert not any(accounts.still_valid(each.access_token) for each in served)


def test_signing_out_ends_the_session_at_once(accounts: Accounts, anna: User) -> None:
    tokens, other = signed_in(accounts), signed_in(accounts)
    accounts.sign_out(tokens.access_token)
    assert not accounts.still_valid(tokens.access_token)
    with pytest.raises(NotSignedIn):
        accounts.refresh(tokens.refresh_token)
    assert accounts.still_valid(other.access_token)


def test_a_demoted_users_token_dies_and_the_next_one_has_the_new_role(accounts: Accounts) -> None:
    accounts.users.create("root", PASSWORD, "admin")
    boss = accounts.users.create("boss", PASSWORD, "admin")
    tokens = signed_in(accounts, "boss")
    accounts.users.change(boss.id, role="viewer")
    assert not accounts.still_valid(tokens.access_token)
    assert accounts.caller_from(accounts.refresh(tokens.refresh_token).access_token).role == "viewer"


def test_a_disabled_users_tokens_and_keys_die_and_the_password_lets_nobody_in(accounts: Accounts, anna: User) -> None:
    tokens, (_, key) = signed_in(accounts), accounts.keys.create(anna.id, "script")
    accounts.users.change(anna.id, disabled=True)
    assert not accounts.still_valid(tokens.access_token)
    assert not accounts.still_valid(key)
    for attempt in (lambda: accounts.refresh(tokens.refresh_token), lambda: signed_in(accounts)):
        with pytest.raises(NotSignedIn):
            attempt()
    accounts.users.change(anna.id, disabled=False)
    assert not accounts.still_valid(tokens.access_token)
    assert accounts.still_valid(key)


def test_a_deleted_users_tokens_and_keys_die(accounts: Accounts, anna: User) -> None:
    tokens, (_, key) = signed_in(accounts), accounts.keys.create(anna.id, "script")
    accounts.users.delete(anna.id)
    assert not accounts.still_valid(tokens.access_token)
    assert not accounts.still_valid(key)
    accounts.users.create("anna", PASSWORD, "admin")
    assert not accounts.still_valid(tokens.access_token), "another user of the same name is somebody else"


def test_a_new_password_ends_every_session_but_the_one_that_set_it(accounts: Accounts, anna: User) -> None:
    before = signed_in(accounts)
    after = accounts.change_password(anna.id, PASSWORD, "another long one")
    assert not accounts.still_valid(before.access_token)
    with pytest.raises(NotSignedIn):
        accounts.refresh(before.refresh_token)
    assert accounts.still_valid(after.access_token)
    with pytest.raises(NotSignedIn):
        signed_in(accounts)


def test_the_old_password_is_needed_for_a_new_one(accounts: Accounts, anna: User) -> None:
    with pytest.raises(NotSignedIn):
        accounts.change_password(anna.id, "some other one", "another long one")
    assert signed_in(accounts)


def test_an_access_token_expires_and_a_session_does_too(database: Database) -> None:
    past = time.time() - 15 * 60 - 1
    accounts = Accounts(database, SECRET, clock=lambda: past)
    accounts.users.create("anna", PASSWORD, "member")
    tokens = signed_in(accounts)
    with pytest.raises(NotSignedIn, match="expired"):
        accounts.caller_from(tokens.access_token)
    later = Accounts(database, SECRET, clock=lambda: past + 30 * 24 * 3600 + 1)
    with pytest.raises(NotSignedIn):
        later.refresh(tokens.refresh_token)


def test_a_session_is_not_prolonged_by_refreshing(database: Database) -> None:
    now = [time.time()]
    accounts = Accounts(database, SECRET, clock=lambda: now[0])
    accounts.users.create("anna", PASSWORD, "member")
    tokens = signed_in(accounts)
    now[0] += 29 * 24 * 3600
    tokens = accounts.refresh(tokens.refresh_token)
    now[0] += 2 * 24 * 3600
    with pytest.raises(NotSignedIn):
        accounts.refresh(tokens.refresh_token)


def test_a_ticket_lets_in_once(accounts: Accounts, anna: User) -> None:
    ticket = accounts.ticket(signed_in(accounts).access_token)
    assert accounts.caller_from(accounts.redeem(ticket)).user_id == anna.id
    with pytest.raises(NotSignedIn):
        accounts.redeem(ticket)


def test_a_ticket_expires(database: Database) -> None:
    now = [time.time()]
    accounts = Accounts(database, SECRET, clock=lambda: now[0])
    accounts.users.create("anna", PASSWORD, "member")
    ticket = accounts.ticket(signed_in(accounts).access_token)
    now[0] += 31
    with pytest.raises(NotSignedIn):
        accounts.redeem(ticket)


def test_a_ticket_ends_with_its_session(accounts: Accounts, anna: User) -> None:
    tokens = signed_in(accounts)
    ticket = accounts.ticket(tokens.access_token)
    accounts.sign_out(tokens.access_token)
    assert not accounts.still_valid(accounts.redeem(ticket))


def test_another_installations_token_lets_nobody_in(accounts: Accounts, anna: User, database: Database) -> None:
    tokens = signed_in(accounts)
    assert not Accounts(database, bytes(32)).still_valid(tokens.access_token)


def test_a_session_cannot_begin_with_a_password_that_was_changed_meanwhile(accounts: Accounts, anna: User) -> None:
    accounts.users.change(anna.id, password="another long one")
    with pytest.raises(NotSignedIn):
        accounts._sessions.begin(anna.id, anna.epoch)


def test_a_key_has_no_session(accounts: Accounts, anna: User) -> None:
    _, key = accounts.keys.create(anna.id, "script")
    with pytest.raises(Conflict):
        accounts.sign_out(key)
    with pytest.raises(Conflict):
        accounts.ticket(key)


def test_nothing_that_opens_anything_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "artifex.db"
    database = open_database(sqlite_url(path))
    accounts = Accounts(database, SECRET)
    anna = accounts.users.create("anna", PASSWORD, "member")
    tokens, (_, key) = signed_in(accounts), accounts.keys.create(anna.id, "script")
    secrets = [PASSWORD, tokens.refresh_token, tokens.access_token, key[-43:], accounts.ticket(tokens.access_token)]
    database.close()
    stored = b"".join(each.read_bytes() for each in tmp_path.iterdir() if each.is_file())
    assert not [secret for secret in secrets if secret.encode() in stored]
