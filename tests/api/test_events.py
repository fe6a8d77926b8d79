"""Live events: nothing is missed, nothing is another's, and bad readers are let go."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from artifex.accounts.accounts import Accounts
from artifex.accounts.secret import signing_secret
from artifex.api import snapshots
from artifex.api.bodies import Bodies
from artifex.api.config import ApiConfig, Limits
from artifex.api.hub import Hub, Leaving, Overrun
from artifex.api.refusals import SlowBody
from artifex.api.service import Service
from artifex.api.sessions import session_check
from artifex.jobs.films.desk import Desk
from artifex.jobs.queue import Event, NewJob, Progress, Queue
from artifex.store.database import Database, connect
from artifex.store.projects import Projects
from artifex.store.tables.jobs import events
from tests.api.conftest import Studio
from tests.api.test_jobs import CLIP, JOBS, claim, made


def test_a_job_is_followed_to_its_end(studio: Studio):
    job = made(studio.client)
    queue = studio.service.queue
    with studio.socket(f"{JOBS}/{job['id']}/progress") as socket:
        snapshot = socket.receive_json()
        assert (snapshot["type"], snapshot["job"]["state"], snapshot["job"]["position"]) == ("snapshot", "queued", 0)
        claimed = claim(studio)
        queue.progress(claimed, Progress("denoise", 2, 4, eta=1.5))
        queue.finalizing(claimed)
        queue.succeed(claimed, {}, ())
        told = [event for event in iter_events(socket) if event["seq"] > snapshot["seq"]]
    assert told[-1]["job"]["state"] == "succeeded"
    progress = [(event["type"], event["job"]["progress"]["step"]) for event in (snapshot, *told)]
    assert progress[0] == ("snapshot", 0), "a snapshot says it by the same names as the events"
    assert progress[-3:] == [("progress", 2), ("state", 2), ("state", 2)]
    sequences = [event["job"]["sequence"] for event in told]
    assert sequences == sorted(set(sequences))


def iter_events(socket: Any) -> list[dict[str, Any]]:
    """Everything until the server closes, which it does orderly."""
    events: list[dict[str, Any]] = []
    while True:
        try:
            events.append(socket.receive_json())
        except WebSocketDisconnect as end:
            assert end.code == 1000  # noqa: PT017 - the end is expected, after any number of events
            return events


def test_a_reader_that_comes_back_gets_what_it_missed(studio: Studio):
    job = made(studio.client)
    with studio.socket("/api/v1/events") as socket:
        seq = socket.receive_json()["seq"]
    studio.client.post(f"{JOBS}/{job['id']}/pause")
    studio.client.post(f"{JOBS}/{job['id']}/cancel")
    with studio.socket(f"{JOBS}/{job['id']}/progress?after={seq}") as socket:
        assert socket.receive_json()["type"] == "resumed"
        assert [event["job"]["state"] for event in iter_events(socket)] == ["paused", "cancelled"]


def test_events_that_only_a_later_version_knows_are_passed_over(studio: Studio):
    """Servers of two versions may share a database for a while."""
    with studio.socket("/api/v1/events") as socket:
        seq = socket.receive_json()["seq"]
        with studio.service.database.write() as connection:
            row = {"job_id": "", "owner": "", "kind": "weather", "data": {"wind": 3}, "at": 1.0}
            connection.execute(insert(events), row)
        job = made(studio.client)
        assert socket.receive_json()["job"]["id"] == job["id"]
    with studio.socket(f"/api/v1/events?after={seq}") as socket:
        assert [socket.receive_json()["type"] for _ in range(2)] == ["resumed", "state"]


@pytest.mark.parametrize("after", [10**9, 0])
def test_a_reader_from_too_long_ago_gets_a_snapshot(studio: Studio, after: int):
    job = made(studio.client)
    if after == 0:
        studio.client.post(f"{JOBS}/{job['id']}/pause")
        studio.service.queue.prune_events(-1)
    with studio.socket(f"/api/v1/events?after={after}") as socket:
        snapshot = socket.receive_json()
    assert snapshot["type"] == "snapshot"
    assert [each["id"] for each in snapshot["jobs"]] == [job["id"]]


@pytest.mark.parametrize(("count", "complete"), [(2, True), (3, False)])
def test_a_snapshot_says_whether_it_holds_all_open_jobs(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, count: int, complete: bool
):
    monkeypatch.setattr(snapshots, "MOST_JOBS", 2)
    ids = [made(studio.client)["id"] for _ in range(count)]
    with studio.socket("/api/v1/events") as socket:
        snapshot = socket.receive_json()
    assert ([job["id"] for job in snapshot["jobs"]], snapshot["complete"]) == (ids[:-3:-1], complete)


def test_what_is_forgotten_while_a_reader_comes_back_is_not_left_out(studio: Studio):
    made(studio.client)
    seq = studio.service.queue.last_event()
    for _ in range(3):
        made(studio.client)

    class Forgetful(Queue):
        """Whenever it was asked for events it forgets what it may."""

        def events(self, *asked: Any, **named: Any) -> list[Event]:
            found = super().events(*asked, **named)
            self.prune_events(-1)
            return found

    hub = Hub(Forgetful(studio.service.database), studio.service.figures, 0.01, 2**20)
    missed = hub.missed(seq, None, None)
    assert missed is None or len(missed) == 3


def test_a_job_that_is_over_is_told_once(studio: Studio):
    job = made(studio.client)
    studio.client.post(f"{JOBS}/{job['id']}/cancel")
    seq = studio.service.queue.last_event()
    for after in ("", f"?after={seq}"):
        with studio.socket(f"{JOBS}/{job['id']}/progress{after}") as socket:
            (only,) = iter_events(socket)
            assert only["job"]["state"] == "cancelled"


@pytest.mark.parametrize("door", ["/api/v1/events?after=0&job={}", "/v1/videos/video_{}/events"])
def test_a_browser_that_has_seen_the_end_is_told_to_stop(studio: Studio, door: str):
    """An EventSource opens its address again after every end, with the id of what it saw last; only 204 stops it."""
    job = made(studio.client)
    studio.client.post(f"{JOBS}/{job['id']}/cancel")
    first = studio.client.get(door.format(job["id"]))
    ids = [int(line.removeprefix("id: ")) for line in first.text.splitlines() if line.startswith("id: ")]
    missed = studio.client.get(door.format(job["id"]), headers={"Last-Event-ID": str(ids[-1] - 1)})
    assert missed.text.count("cancelled") == 1, "what it has not seen comes, and nothing twice"
    again = studio.client.get(door.format(job["id"]), headers={"Last-Event-ID": str(ids[-1])})
    assert (again.status_code, again.content) == (204, b"")


def test_a_job_that_does_not_exist_is_not_followed(studio: Studio):
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        studio.socket(f"{JOBS}/{'0' * 32}/progress"),
    ):
        pass
    assert denied.value.status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/events?after=-1", 400), (f"{JOBS}/{'z' * 32}/progress", 400), ("/api/v1/event", 404)],
)
def test_a_socket_asked_for_wrongly_is_not_told_that_it_is_forbidden(studio: Studio, path: str, status: int):
    with pytest.raises(WebSocketDenialResponse) as denied, studio.socket(path):
        pass
    assert denied.value.status_code == status
    assert denied.value.json()["error"]["message"]


def test_a_foreign_page_gets_no_socket(studio: Studio):
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        studio.socket("/api/v1/events", headers={"origin": "https://evil.example"}),
    ):
        pass
    assert denied.value.status_code == 403


def test_a_reader_is_told_that_it_is_alive(studio: Studio):
    with studio.socket("/api/v1/events") as socket:
        socket.receive_json()
        socket.send_text("ping")
        assert socket.receive_json() == {"type": "pong"}
        socket.send_text("{" * 5000)
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}


def test_a_reader_that_talks_too_much_is_let_go(studio: Studio):
    with studio.socket("/api/v1/events") as socket:
        socket.receive_json()
        for _ in range(1000):
            socket.send_text("x")
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()
    assert end.value.code == 1008


def test_a_frame_that_is_too_large_ends_the_socket(studio: Studio):
    with studio.socket("/api/v1/events") as socket:
        socket.receive_json()
        socket.send_text("x" * (2**16 + 1))
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()
    assert end.value.code == 1009


def test_events_come_as_a_stream_too(studio: Studio):
    job = made(studio.client)
    studio.client.post(f"{JOBS}/{job['id']}/cancel")
    with studio.client.stream("GET", "/api/v1/events", params={"job": job["id"], "after": 0}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    assert lines[-1].startswith("data: ")
    assert json.loads(lines[-1].removeprefix("data: "))["job"]["state"] == "cancelled"
    assert studio.client.get("/api/v1/events", params={"job": "0" * 32}).status_code == 404


def test_events_go_on_behind_one_that_could_not_be_read(studio: Studio):
    hub, database = hub_of(studio), studio.service.database

    async def follow() -> None:
        reading = asyncio.create_task(hub.run())
        with hub.listening() as listener:
            await asyncio.sleep(0.1)
            with database.write() as connection:
                values = "values ('x', 'local', 'state', '{', 0)"
                connection.exec_driver_sql(f"insert into events (job_id, owner, kind, data, at) {values}")
            await asyncio.sleep(0.2)
            with database.write() as connection:
                connection.exec_driver_sql("delete from events where job_id = 'x'")
            [made] = studio.service.queue.submit([NewJob(kind="warm", request={}, owner="local")])
            heard = await asyncio.wait_for(listener.take(), 10)
        reading.cancel()
        assert heard[0].job_id == made.id

    asyncio.run(follow())


def test_whoever_comes_to_a_server_that_leaves_is_told_so(studio: Studio):
    hub = hub_of(studio)
    hub.close()

    async def come() -> None:
        with hub.listening() as listener:
            await asyncio.wait_for(listener.take(), 5)

    with pytest.raises(Leaving):
        asyncio.run(come())


def hub_of(studio: Studio, most_bytes: int = 2**20) -> Hub:
    return Hub(studio.service.queue, studio.service.figures, 0.01, most_bytes)


@pytest.mark.parametrize(("most_bytes", "heard"), [(2**20, [0, 1, 2, 3]), (4000, [0, 3])])
def test_of_a_reader_that_falls_behind_progress_is_replaced_by_later_progress(
    studio: Studio, most_bytes: int, heard: list[int]
):
    made(studio.client)
    claimed = claim(studio)

    async def listen() -> list[Any]:
        hub = hub_of(studio, most_bytes)
        with hub.listening() as listener:
            task = asyncio.create_task(hub.run())
            await asyncio.sleep(0.1)
            for step in range(4):
                await asyncio.to_thread(studio.service.queue.progress, claimed, Progress("denoise", step, 4))
                await asyncio.sleep(0.05)
            task.cancel()
            return await listener.take()

    messages = asyncio.run(listen())
    assert [json.loads(message.text)["job"]["progress"]["step"] for message in messages] == heard


def test_a_reader_that_is_too_slow_is_dropped_and_holds_little(studio: Studio):
    async def listen() -> None:
        hub = hub_of(studio, most_bytes=2000)
        with hub.listening() as slow, hub.listening() as quick:
            task = asyncio.create_task(hub.run())
            await asyncio.sleep(0.1)
            await asyncio.to_thread(lambda: [made(studio.client) for _ in range(8)])
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(Overrun):
                await slow.take()
            hub.close()
            with pytest.raises((Overrun, Leaving)):
                await quick.take()

    asyncio.run(listen())
    assert b"artifex_slow_readers_total 2.0" in studio.service.figures.text()


@pytest.mark.parametrize(
    ("content_type", "trickle"), [("application/json", b""), ("multipart/form-data; boundary=x", b"x")]
)
def test_a_body_that_trickles_is_cut(content_type: str, trickle: bytes):
    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive()).get("more_body"):
            pass

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.02 if trickle else 10)
        return {"type": "http.request", "body": trickle, "more_body": True}

    async def send(_message: Any) -> None: ...

    headers = [(b"content-type", content_type.encode()), (b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "headers": headers}
    bodies: Any = Bodies(app, Limits(body_idle_seconds=0.3))
    with pytest.raises(SlowBody):
        asyncio.run(asyncio.wait_for(bodies(scope, receive, send), 5))


PROJECTS = "/api/v1/projects"
RENAMED = {"commands": [{"edit": "rename_project", "name": "Snow"}]}


def test_an_edit_of_a_film_is_told_to_all_who_listen(studio: Studio):
    project = studio.client.post(PROJECTS, json={"name": "Film"}).json()["id"]
    with studio.socket("/api/v1/events") as one, studio.socket("/api/v1/events") as other:
        seq = one.receive_json()["seq"]
        assert other.receive_json()["seq"] == seq
        assert studio.client.post(f"{PROJECTS}/{project}/edits", json=RENAMED).status_code == 200
        assert studio.client.post(f"{PROJECTS}/{project}/undo").status_code == 200
        for socket in (one, other):
            told = [socket.receive_json() for _ in range(2)]
            assert [each["type"] for each in told] == ["project", "project"]
            assert [each["project"] for each in told] == [{"id": project, "version": version} for version in (1, 2)]
    with studio.socket(f"/api/v1/events?after={seq}") as late:
        assert late.receive_json()["type"] == "resumed"
        assert late.receive_json() == told[0]


def test_an_edit_is_told_by_every_server_of_a_database(database: Database, studio: Studio):
    """As with several processes of the API: each polls the outbox that all of them write to."""
    desk = Desk(Projects(database))
    project = desk.create("local", "Film", Fraction(24), 128, 64).row.id
    hubs = [Hub(Queue(connect(url_of(database))), studio.service.figures, 0.01, 2**20) for _ in range(2)]

    async def follow() -> list[list[str]]:
        running = [asyncio.create_task(hub.run()) for hub in hubs]
        with hubs[0].listening() as one, hubs[1].listening("local") as other, hubs[1].listening("bob") as stranger:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(desk.edit, project, "local", RENAMED["commands"])
            told = [await asyncio.wait_for(listener.take(), 10) for listener in (one, other)]
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(stranger.take(), 0.2)
        for task in running:
            task.cancel()
        return [[message.text for message in each] for each in told]

    heard = asyncio.run(follow())
    assert heard[0] == heard[1]
    assert [json.loads(text)["project"] for text in heard[0]] == [{"id": project, "version": 1}]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_with_accounts_a_socket_shows_nobody_anothers_jobs(open_studio: Callable[..., Studio]):
    studio = open_studio(ApiConfig(accounts=True, event_seconds=0.02))
    accounts = studio.service.accounts
    bearers: list[dict[str, str]] = []
    for name in ("ada", "bob"):
        accounts.users.create(name, "correct horse battery", "member")
        tokens = accounts.sign_in(name, "correct horse battery", "127.0.0.1")
        bearers.append({"authorization": f"Bearer {tokens.access_token}"})
    job = studio.client.post(JOBS, json=CLIP, headers=bearers[0]).json()["items"][0]
    for headers, status in (({}, 401), ({"authorization": "Bearer nonsense"}, 401), (bearers[1], 404)):
        with (
            pytest.raises(WebSocketDenialResponse) as denied,
            studio.socket(f"{JOBS}/{job['id']}/progress", headers=headers),
        ):
            pass
        assert denied.value.status_code == status
    with studio.socket("/api/v1/events", headers=bearers[1]) as theirs:
        assert theirs.receive_json()["jobs"] == []
        studio.client.post(f"{JOBS}/{job['id']}/cancel", headers=bearers[0])
        own = studio.client.post(JOBS, json=CLIP, headers=bearers[1]).json()["items"][0]
        assert theirs.receive_json()["job"]["id"] == own["id"]
    with studio.socket(f"{JOBS}/{job['id']}/progress", headers=bearers[0]) as mine:
        assert mine.receive_json()["job"]["state"] == "cancelled"


def test_a_socket_outlives_a_database_that_is_away(open_studio: Callable[..., Studio]):
    service = open_studio(ApiConfig(accounts=True)).service
    service.accounts.users.create("ada", "correct horse battery", "member")
    token = service.accounts.sign_in("ada", "correct horse battery", "127.0.0.1").access_token
    away = connect("postgresql://nobody@127.0.0.1:1/nothing")
    accounts = Accounts(away, signing_secret("", service.settings.home))

    async def may_stay(service: Service) -> bool:
        return await session_check({"state": {"bearer": token}}, service)()

    assert asyncio.run(may_stay(replace(service, accounts=accounts)))
    service.accounts.users.change(service.accounts.caller_from(token).user_id, disabled=True)
    assert not asyncio.run(may_stay(service))


def test_a_socket_ends_when_its_account_is_disabled(
    open_studio: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("artifex.api.sockets._CHECK_SECONDS", 0.1)
    studio = open_studio(ApiConfig(accounts=True, event_seconds=0.02))
    accounts = studio.service.accounts
    user = accounts.users.create("ada", "correct horse battery", "member")
    token = accounts.sign_in("ada", "correct horse battery", "127.0.0.1").access_token
    with studio.socket("/api/v1/events", headers={"authorization": f"Bearer {token}"}) as socket:
        socket.receive_json()
        accounts.users.change(user.id, disabled=True)
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()
    assert end.value.code == 1008


def test_a_stream_ends_when_its_account_is_disabled(
    open_studio: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("artifex.api.sse._PAUSE_SECONDS", 0.1)
    studio = open_studio(ApiConfig(accounts=True, event_seconds=0.02))
    accounts = studio.service.accounts
    user = accounts.users.create("ada", "correct horse battery", "member")
    token = accounts.sign_in("ada", "correct horse battery", "127.0.0.1").access_token
    told: list[str] = []

    def follow() -> None:
        told.append(studio.client.get("/api/v1/events", headers={"authorization": f"Bearer {token}"}).text)

    reader = threading.Thread(target=follow, daemon=True)
    reader.start()
    time.sleep(0.5)
    assert reader.is_alive()
    accounts.users.change(user.id, disabled=True)
    reader.join(10)
    assert told
    assert '"type":"snapshot"' in told[0]
