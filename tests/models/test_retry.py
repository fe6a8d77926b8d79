"""How long is waited, when it is given up, and which names from a server are files."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.errors import DownloadFailed
from artifex.store.file_names import check_names, is_safe
from artifex.store.retry import Backoff, Transient, judge


def answer(status: int, retry_after: str = "") -> httpx2.Response:
    return httpx2.Response(status, headers={"retry-after": retry_after}, request=httpx2.Request("GET", "http://hub/x"))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("12", 12, 12),
        ("99999999", 300, 300),
        ("-4", 0, 0),
        ("soon", 0, 0),
        ("", 0, 0),
    ],
)
def test_a_wish_to_wait_is_a_number(text: str, low: float, high: float) -> None:
    with pytest.raises(Transient) as fault:
        judge(answer(429, text), "x")
    assert low <= fault.value.wait <= high


@pytest.mark.parametrize(("seconds", "low", "high"), [(100, 60, 100), (-86_400, 0, 0)])
def test_a_wish_to_wait_is_a_date(seconds: int, low: float, high: float) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds))
    with pytest.raises(Transient) as fault:
        judge(answer(429, date), "x")
    assert low <= fault.value.wait <= high


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 416, 451])
def test_what_does_not_pass_is_not_tried_again(status: int) -> None:
    with pytest.raises(DownloadFailed, match=str(status)):
        judge(answer(status), "x")
    judge(answer(206), "x")


def test_waits_grow_at_random_up_to_a_limit_and_then_it_is_given_up() -> None:
    waits: list[float] = []
    backoff = Backoff(attempts=9, first=1.0, longest=20.0, sleep=waits.append, random=Random(1))

    def fails() -> None:
        raise Transient("the line is dead")

    with pytest.raises(DownloadFailed, match="9 failures in a row: the line is dead"):
        backoff.insist(fails)
    assert len(waits) == 8
    assert all(0 <= wait <= min(20.0, 2.0**number) for number, wait in enumerate(waits))
    assert len(set(waits)) == 8


@given(st.text(alphabet=st.sampled_from("ab./\\:\0\n *~ü-_"), max_size=24))
def test_a_safe_name_stays_in_its_folder(name: str) -> None:
    if is_safe(name):
        assert not name.startswith("/")
        assert not set(name) & set("\\:\0\n*")
        assert not {"", ".", ".."} & set(name.split("/"))


@pytest.mark.parametrize("name", ["config.json", "google/umt5-xxl/spiece.model", "a-00001-of-00002.safetensors", "ü/x"])
def test_usual_names_are_safe(name: str) -> None:
    check_names([name], "hub")


@pytest.mark.parametrize(
    "names", [["nul"], ["a/COM1.json"], ["a."], ["a "], ["/etc/x"], ["x" * 300], ["A", "a"], ["\ud800"]]
)
def test_names_that_some_system_takes_amiss_are_refused(names: list[str]) -> None:
    with pytest.raises(DownloadFailed, match="nothing was written"):
        check_names(names, "hub")
