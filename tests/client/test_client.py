"""The client of a server: answers, refusals, and what is sent again."""

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from artifex.client import Client
from artifex.client.following import Following
from artifex.errors import (
    BadInput,
    Conflict,
    DatabaseUnreachable,
    NotFound,
    NotSignedIn,
    ServerFailed,
    ServerUnreachable,
    TooMany,
)
from tests.client.conftest import Ask
from tests.fakes.studio import FakeStudio, event_data, job_data


def test_a_job_is_created_and_told_of(studio: FakeStudio, ask: Ask) -> None:
    job = ask(lambda client: client.generate("a red circle", steps=4)).job
    assert studio.bodies == [{"kind": "generate", "prompt": "a red circle", "steps": 4}]
    assert (job.state, job.kind, job.is_over) == ("queued", "generate", False)
    assert ask(lambda client: client.jobs.get(job.id)) == job


def test_a_job_is_created_once_though_its_answer_was_lost(studio: FakeStudio, ask: Ask) -> None:
    studio.faults = ["lose the answer", 503]
    ask(lambda client: client.generate("a red circle"))
    assert len(studio.bodies) == 1


def test_a_busy_server_is_asked_again_when_it_says(studio: FakeStudio, ask: Ask) -> None:
    job = studio.add(job_data())
    studio.faults = [429, 503]
    assert ask(lambda client: client.jobs.get(job["id"])).id == job["id"]


def test_patience_ends(studio: FakeStudio, ask: Ask) -> None:
    studio.faults = [429] * 5
    with pytest.raises(TooMany) as refused:
        ask(lambda client: client.jobs.get("0" * 32))
    assert refused.value.retry_after == 0.05
    studio.faults = [503] * 5
    with pytest.raises(DatabaseUnreachable) as failed:
        ask(lambda client: client.jobs.get("0" * 32))
    assert failed.value.__notes__ == ["Request abc."]


def test_what_is_not_harmless_is_not_sent_again(studio: FakeStudio, ask: Ask) -> None:
    studio.faults = ["lose the answer"]
    with pytest.raises(ServerUnreachable):
        ask(lambda client: client.jobs.cancel("0" * 32))


def test_refusals_are_the_errors_of_the_studio(ask: Ask) -> None:
    with pytest.raises(NotFound, match="no such job"):
        ask(lambda client: client.jobs.get("0" * 32))
    with pytest.raises(Conflict, match="is over"):
        ask(lambda client: client.jobs.cancel("0" * 32))


def test_an_answer_that_is_no_studios_is_told_apart(ask: Ask) -> None:
    with pytest.raises(ServerFailed, match="address is a studio's"):
        ask(lambda client: client.models.list())


def test_nobody_there_is_said(studio: FakeStudio) -> None:
    with (
        Client("http://127.0.0.1:9") as client,
        pytest.raises(ServerUnreachable, match=r"at http://127.0.0.1:9 does not answer \([^\[]"),
    ):
        client.jobs.get("0" * 32)


@pytest.mark.parametrize("url", ["", "studio", "ftp://studio", "http://name:secret@studio", "http://", "http://a?b=c"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="not a server's address"):
        Client(url)


def test_paths_are_uploaded(studio: FakeStudio, ask: Ask, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"pixels")
    ask(lambda client: client.generate("it moves", references={"image": picture}, loras=[{"asset": picture}]))
    assert studio.content == b"pixels"
    assert studio.bodies[0]["references"] == {"image": "a" * 32}
    assert studio.bodies[0]["loras"] == [{"asset": "a" * 32}]


def test_the_library_is_put_in_order_and_shared(studio: FakeStudio, ask: Ask) -> None:
    asset = ask(lambda client: client.media.edit("a" * 32, favourite=True))
    assert (asset.favourite, asset.boards, asset.trashed_at) == (True, ("b" * 32,), None)
    assert ask(lambda client: client.media.change(("a", "b"), "add_to_board", "c")) == 2
    assert ask(lambda client: client.media.change(["a"], "trash")) == 2
    assert ask(lambda client: client.boards.create("Calm")).count == 0
    share = ask(lambda client: client.shares.create("a" * 32, days=7))
    assert (share.token, share.path, share.expires_at) == ("t", "/#/shared/t", 2.0)
    assert studio.bodies == [
        {"favourite": True},
        {"ids": ["a", "b"], "action": "add_to_board", "board": "c"},
        {"ids": ["a"], "action": "trash"},
        {"name": "Calm"},
        {"days": 7},
    ]


def test_a_broken_download_goes_on_where_it_stopped(studio: FakeStudio, ask: Ask, tmp_path: Path) -> None:
    studio.content = bytes(range(256)) * 4000
    studio.cut_after = 300_000
    target = tmp_path / "clip.mp4"
    ask(lambda client: client.media.download("a" * 32, target))
    assert target.read_bytes() == studio.content
    assert studio.ranges[0] == ""
    assert studio.ranges[1].startswith("bytes=")
    assert list(tmp_path.iterdir()) == [target]


def test_a_download_goes_on_in_another_process(studio: FakeStudio, ask: Ask, tmp_path: Path) -> None:
    studio.content = b"clip" * 1000
    part = tmp_path / f".artifex-part-{hashlib.sha256(studio.content).hexdigest()[:12]}-clip.mp4"
    part.write_bytes(studio.content[:1234])
    ask(lambda client: client.media.download("a" * 32, tmp_path / "clip.mp4"))
    assert studio.ranges == ["bytes=1234-"]
    assert (tmp_path / "clip.mp4").read_bytes() == studio.content


def test_content_that_is_not_what_was_promised_gets_no_name(studio: FakeStudio, ask: Ask, tmp_path: Path) -> None:
    studio.content = b"clip" * 1000
    part = tmp_path / f".artifex-part-{hashlib.sha256(studio.content).hexdigest()[:12]}-clip.mp4"
    part.write_bytes(b"x" * 1234)
    with pytest.raises(Exception, match="did not arrive"):
        ask(lambda client: client.media.download("a" * 32, tmp_path / "clip.mp4"))
    assert list(tmp_path.iterdir()) == []


def test_a_dropped_socket_is_opened_again_and_nothing_told_twice(studio: FakeStudio, ask: Ask) -> None:
    job = studio.add(job_data("succeeded", sequence=9))
    states = ["queued", "dispatched", *["running"] * 5, "finalizing", "succeeded"]
    studio.events = [event_data(seq, job, state) for seq, state in enumerate(states, 1)]
    studio.most_a_socket = 4
    told = ask(lambda client: client.follow(job["id"]))
    assert [event.seq for event in told] == list(range(1, 10))
    assert studio.sockets == ["", "after=4", "after=8"]
    assert told[-1].is_last


def test_a_silent_job_is_no_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artifex.client.following.PATIENCE", 0.1)
    following = Following("0" * 32, "http://127.0.0.1:9")
    following.hear(json.dumps(event_data(1, job_data(), "running")))
    time.sleep(0.2)
    assert following.wait(None) < 1
    time.sleep(0.2)
    with pytest.raises(ServerUnreachable):
        following.wait(None)


def test_a_snapshot_of_what_is_known_is_not_told(studio: FakeStudio, ask: Ask) -> None:
    job = studio.add(job_data())
    first, last = event_data(1, job, "running"), event_data(7, job, "succeeded")
    studio.events = [first, {**first, "type": "snapshot", "seq": 5}, last]
    assert [event.seq for event in ask(lambda client: client.follow(job["id"]))] == [1, 7]


def test_events_that_only_a_later_server_has_are_passed_over(studio: FakeStudio, ask: Ask) -> None:
    job = studio.add(job_data())
    strange = {"type": "weather", "seq": 2, "at": 1.0, "wind": 3}
    studio.events = [event_data(1, job, "running"), strange, event_data(3, job, "succeeded")]
    assert [event.seq for event in ask(lambda client: client.follow(job["id"]))] == [1, 3]


def test_waiting_ends_with_the_job(studio: FakeStudio, ask: Ask) -> None:
    job = studio.add(job_data("failed", error={"code": "does_not_fit", "message": "Too large."}))
    studio.events = [event_data(1, job, "running"), event_data(2, job, "failed")]
    done = ask(lambda client: client.jobs.wait(job["id"]))
    assert (done.is_over, done.error.code) == (True, "does_not_fit")


def test_a_socket_that_is_refused_says_why(studio: FakeStudio) -> None:
    with Client(studio.url, "wrong") as client, pytest.raises(NotSignedIn, match="Sign in"):
        list(client.follow("0" * 32))


@pytest.mark.parametrize("token", ["", "ax_secret\n", "ax secret", "ax_ключ"])
def test_a_token_that_is_none_is_refused_unshown(token: str) -> None:
    with pytest.raises(BadInput, match="copy it again") as refused:
        Client("http://127.0.0.1:9", token)
    assert "secret" not in refused.value.message


def test_a_token_is_not_shown() -> None:
    client = Client("http://127.0.0.1:9", "ax_secret")
    assert "ax_secret" not in repr(vars(client))


def test_the_client_needs_nothing_of_the_server() -> None:
    program = (
        "import sys, artifex.client; print(*{'torch', 'fastapi', 'sqlalchemy', 'pydantic', 'av'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "\n"
