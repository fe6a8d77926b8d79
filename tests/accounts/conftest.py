"""Accounts over SQLite and PostgreSQL, with a secret of their own."""

import pytest

from artifex.accounts.accounts import Accounts
from artifex.store.database import Database

SECRET = bytes(range(32))


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, SECRET, sign_ins_a_minute=1000)
