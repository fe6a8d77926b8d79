"""Who guesses passwords learns nothing from the clock, gets few tries, and cannot exhaust the machine (B98)."""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from artifex.accounts.accounts import Accounts
from artifex.accounts.limits import TokenBuckets
from artifex.errors import BadInput, NotSignedIn, TooMany
from artifex.store.database import open_database
from tests.accounts.conftest import SECRET
from tests.fakes.databases import ready_sqlite
from tests.forks import Fork

PASSWORD = "a long enough one"


@pytest.fixture
def studio(tmp_path: Path) -> Callable[[float], Accounts]:
    database = open_database(ready_sqlite(tmp_path / "artifex.db"))
    return lambda a_minute: Accounts(database, SECRET, sign_ins_a_minute=a_minute)


def refused(accounts: Accounts, name: str, address: str = "127.0.0.1") -> type[Exception]:
    try:
        accounts.sign_in(name, "not the right one", address)
    except (NotSignedIn, TooMany) as error:
        return type(error)
    raise AssertionError("somebody got in")


def test_an_unknown_name_takes_as_long_as_a_wrong_password(studio: Callable[[float], Accounts]) -> None:
    accounts = studio(100_000)
    accounts.users.create("anna", PASSWORD, "member")
    off = accounts.users.create("off", PASSWORD, "member")
    accounts.users.change(off.id, disabled=True)
    seconds: dict[str, list[float]] = {"anna": [], "nobody": [], "off": [], "no name!": []}
    for _ in range(12):
        for name, taken in seconds.items():
            began = time.perf_counter()
            refused(accounts, name)
            taken.append(time.perf_counter() - began)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    assert max(medians.values()) < 2 * min(medians.values()), medians


def test_the_words_do_not_tell_a_name_from_a_password(studio: Callable[[float], Accounts]) -> None:
    accounts = studio(100)
    accounts.users.create("anna", PASSWORD, "member")
    words: set[str] = set()
    for name in ("anna", "nobody", "", "\0", "x" * 10_000):
        with pytest.raises(NotSignedIn) as error:
            accounts.sign_in(name, "not the right one", "::1")
        words.add(error.value.message)
    assert len(words) == 1


def test_guesses_from_one_address_are_few_whatever_the_names(studio: Callable[[float], Accounts]) -> None:
    accounts = studio(10)
    outcomes = [refused(accounts, f"name{number}", "192.0.2.1") for number in range(100)]
    assert outcomes.count(NotSignedIn) <= 12
    assert refused(accounts, "name", "192.0.2.2") is NotSignedIn


def test_a_class_behind_one_address_signs_in_at_once_and_guesses_no_more_for_it(
    studio: Callable[[float], Accounts],
) -> None:
    accounts = studio(10)
    for number in range(30):
        accounts.users.create(f"student{number}", PASSWORD, "member")
        accounts.sign_in(f"student{number}", PASSWORD, "192.0.2.1")
    outcomes: list[type[Exception]] = []
    for number in range(30):
        outcomes.append(refused(accounts, f"name{number}", "192.0.2.1"))
        with suppress(TooMany):
            accounts.sign_in(f"student{number}", PASSWORD, "192.0.2.1")
    assert outcomes.count(NotSignedIn) <= 14


@pytest.mark.parametrize("spelt", ["anna", "nobody"])
def test_guesses_at_one_name_are_few_whatever_the_addresses(studio: Callable[[float], Accounts], spelt: str) -> None:
    accounts = studio(10)
    accounts.users.create("anna", PASSWORD, "member")
    names = (spelt, spelt.upper())
    outcomes = [refused(accounts, names[number % 2], f"192.0.2.{number}") for number in range(100)]
    assert 10 <= outcomes.count(NotSignedIn) <= 14, "the same for a name that exists and one that does not"


def test_the_addresses_of_one_network_count_as_one(studio: Callable[[float], Accounts]) -> None:
    accounts = studio(10)
    outcomes = [refused(accounts, f"name{number}", f"2001:db8::{number:x}") for number in range(40)]
    assert outcomes.count(NotSignedIn) <= 12


def test_a_huge_password_costs_nothing(studio: Callable[[float], Accounts]) -> None:
    accounts = studio(100)
    accounts.users.create("anna", PASSWORD, "member")
    began = time.perf_counter()
    for password in ("x" * 2**20, "\ufdfa" * 1024):
        with pytest.raises(BadInput):
            accounts.sign_in("anna", password, "::1")
    assert time.perf_counter() - began < 0.5


MEASURED = """
import threading

import psutil

from artifex.accounts.passwords import Passwords

passwords = Passwords()
process, peak = psutil.Process(), [0]
before, over = process.memory_info().rss, threading.Event()

def watch():
    while not over.wait(0.002):
        peak[0] = max(peak[0], process.memory_info().rss)

threads = [threading.Thread(target=passwords.verify, args=("x" * 8, None)) for _ in range(16)]
watcher = threading.Thread(target=watch)
watcher.start()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
over.set()
watcher.join()
print(peak[0] - before)
"""


def test_many_passwords_at_once_take_the_memory_of_two() -> None:
    """In a process of its own: one that ran other tests may keep what it was given back, or take more for it."""
    with Fork(MEASURED, [], os.environ) as process:
        output, errors = process.communicate()
    assert process.wait() == 0, errors
    assert int(output) < 3 * 19 * 2**20


def test_a_bucket_fills_again_evenly() -> None:
    now = [0.0]
    buckets = TokenBuckets(6, "too many", now=lambda: now[0])
    for _ in range(6):
        buckets.take("a")
    with pytest.raises(TooMany) as error:
        buckets.take("a")
    assert error.value.retry_after == pytest.approx(10)
    buckets.take("b")
    now[0] = 9.9
    with pytest.raises(TooMany):
        buckets.take("a")
    now[0] = 10.1
    buckets.take("a")
    now[0] = 1e9
    for _ in range(6):
        buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")


def test_a_key_may_have_a_measure_of_its_own() -> None:
    buckets = TokenBuckets(1, "too many", now=lambda: 0.0)
    for _ in range(3):
        buckets.take("a", 3)
    with pytest.raises(TooMany):
        buckets.take("a", 3)


def test_only_so_many_keys_are_remembered() -> None:
    buckets = TokenBuckets(1, "too many", most_keys=100, now=lambda: 0.0)
    for number in range(1000):
        buckets.take(str(number))
    assert len(buckets._buckets) == 100
    with pytest.raises(TooMany):
        buckets.take("999")
