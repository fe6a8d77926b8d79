"""The quickest backend is found out on real rows, and all processes of a machine keep to it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from artifex.jobs.winners import KeptWinners
from artifex.machine import this_machine
from tests.engine.racing import LONG, SHORT, Failing, Repeating, Summing, attend, noise, race

ROOT = Path(__file__).parents[2]


@pytest.fixture
def winners(tmp_path: Path) -> KeptWinners:
    return KeptWinners(tmp_path / "attention.json")


def test_the_quickest_of_long_rows_is_kept_to() -> None:
    """What cannot be loaded is left out, and short rows are nobody's race."""
    slow, quick = Repeating(20), Repeating(1)
    attention = race({"slow": slow, "missing": None, "quick": quick})
    attend(attention, keys=SHORT)
    assert (slow.asked, quick.asked) == (1, 0)
    attend(attention)
    slow.asked = quick.asked = 0
    attend(attention)
    assert (slow.asked, quick.asked) == (0, 1)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("CUDA error: invalid argument"),
        ValueError("too long"),
        torch.OutOfMemoryError("CUDA out of memory."),
    ],
)
def test_who_fails_on_long_rows_loses(winners: KeptWinners, error: Exception) -> None:
    """It passed its test on shorter ones. What fails without a rival to take its place is told."""
    slow = Repeating(2)
    attend(race({"slow": slow, "failing": Failing(error)}, winners))
    assert slow.asked > 1
    (known,) = winners.races().values()
    assert [(each.winner, sorted(each.seconds)) for each in known.values()] == [("slow", ["slow"])]
    with pytest.raises(type(error), match=str(error)):
        attend(race({"failing": Failing(error), "slow": slow}))


def test_parts_are_attended_to_by_who_tells_sums(winners: KeptWinners) -> None:
    """Whoever is quicker at all keys is not asked, and the two races are remembered apart."""
    first, silent, summing = Summing(20, 20), Repeating(1), Summing(20, 1)
    attention = race({"first": first, "silent": silent, "summing": summing}, winners)
    attend(attention)
    attention.to_some(*noise())
    asked = silent.asked, first.asked_for_some, summing.asked_for_some
    attention.to_some(*noise())
    assert (silent.asked, first.asked_for_some, summing.asked_for_some) == (*asked[:2], asked[2] + 1)
    (known,) = winners.races().values()
    assert [(each.winner, sorted(each.seconds)) for each in known.values()] == [
        ("silent", ["first", "silent", "summing"]),
        ("summing", ["first", "summing"]),
    ]


def test_a_race_of_one_is_not_run(winners: KeptWinners) -> None:
    alone = Repeating(1)
    attend(race({"alone": alone, "missing": None}, winners))
    assert alone.asked == 1
    assert winners.races() == {}


def test_a_winner_is_remembered_for_rows_like_these(winners: KeptWinners) -> None:
    """Of another process, in which it is the slow one."""
    attend(race({"a": Repeating(20), "b": Repeating(1)}, winners))
    (known,) = winners.races().values()
    assert [(race.winner, sorted(race.seconds)) for race in known.values()] == [("b", ["a", "b"])]
    first, second = Repeating(1), Repeating(20)
    attention = race({"a": first, "b": second}, winners)
    attend(attention, keys=2 * LONG - 1)
    assert (first.asked, second.asked) == (0, 1)
    attend(attention, keys=2 * LONG)
    attend(attention, size=16)
    (known,) = winners.races().values()
    assert [race.winner for race in known.values()] == ["b", "a", "a"]


def test_a_winner_that_is_gone_is_succeeded(winners: KeptWinners) -> None:
    attend(race({"a": Repeating(20), "b": Repeating(1)}, winners))
    attend(race({"a": Repeating(20), "b": None, "c": Repeating(1)}, winners))
    (known,) = winners.races().values()
    assert [race.winner for race in known.values()] == ["c"]


def test_another_driver_is_another_race(winners: KeptWinners) -> None:
    attend(race({"a": Repeating(20), "b": Repeating(1)}, winners))
    data = json.loads(winners.path.read_bytes())
    (hardware,) = data["hardware"]
    assert this_machine().cpu_name in hardware
    data["hardware"] = {f"{hardware} of another driver": data["hardware"][hardware]}
    winners.path.write_text(json.dumps(data))
    attend(race({"a": Repeating(1), "b": Repeating(20)}, winners))
    assert [[each.winner for each in cases.values()] for cases in winners.races().values()] == [["b"], ["a"]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"[" * 100_000,
        b'{"format": 0, "hardware": {}}',
        b'{"format": 1, "hardware": {"x": {"y": {}}}}',
        b'{"format": 1, "hardware": {"x": {"y": {"winner": "a", "seconds": {"a": "soon"}}}}}',
    ],
)
def test_a_damaged_file_is_as_good_as_none(winners: KeptWinners, content: bytes) -> None:
    winners.path.write_bytes(content)
    attend(race({"a": Repeating(20), "b": Repeating(1)}, winners))
    (known,) = winners.races().values()
    assert [race.winner for race in known.values()] == ["b"]


def test_what_cannot_be_kept_holds_for_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    slow, quick = Repeating(20), Repeating(1)
    attend(race({"slow": slow, "quick": quick}, KeptWinners(tmp_path / "file" / "attention.json")))
    assert quick.asked > slow.asked


def test_two_processes_at_once_keep_to_one_winner(winners: KeptWinners) -> None:
    """Each finds another the quicker, and neither knew of the other when it began."""
    ways = [("a", "b"), ("b", "a")]
    processes = [begin(winners.path, *way) for way in ways]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "racing\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    told = [process.communicate()[0].strip() for process in processes]
    (known,) = winners.races().values()
    assert [race.winner for race in known.values()] == [told[0]] == [told[1]]


def begin(path: Path, quick: str, slow: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tests.engine.racing", str(path), quick, slow]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
