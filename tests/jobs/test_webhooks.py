"""Webhooks: signed, retried, and never blocking anything else."""

import socket
import threading
import time
from contextlib import suppress

import pytest
from openai import InvalidWebhookSignatureError, OpenAI
from sqlalchemy import delete, insert, select, update

from artifex.errors import BadInput, Conflict, NotFound
from artifex.jobs.queue import NewJob, Queue, Slot
from artifex.jobs.webhooks import Deliverer, Endpoints, prune_deliveries, require_target
from artifex.jobs.webhooks.endpoints import MOST_ENDPOINTS
from artifex.jobs.webhooks.letters import RETRIES
from artifex.jobs.webhooks.posting import Poster, PostFailed
from artifex.store.database import wall_now
from artifex.store.tables.webhooks import webhook_deliveries
from tests.fakes.receiver import Receiver

OWNER = "a" * 32
EVENTS = ["video.completed", "video.failed"]


@pytest.fixture
def endpoints(database):
    return Endpoints(database, private_targets=True)


@pytest.fixture
def deliverer(database):
    deliverer = Deliverer(database, Poster(private=True, seconds=2.0), poll_seconds=0.05)
    deliverer.start()
    yield deliverer
    deliverer.stop()


@pytest.fixture
def queue(database):
    return Queue(database)


def _finish_a_job(queue, **wishes) -> str:
    job = queue.submit([NewJob(kind="generate", request={"recipe": {}}, owner=OWNER, **wishes)])[0]
    queue.announce(Slot("host.cpu0", "host", "cpu", ("generate",)), "", {})
    claim = queue.take("host.cpu0")
    queue.finalizing(claim)
    queue.succeed(claim, {}, [])
    return job.id


def _rows(database):
    with database.read() as connection:
        return connection.execute(select(webhook_deliveries).order_by(webhook_deliveries.c.number)).mappings().all()


def _wait_until(seen, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _hurry(database):
    """Make all waiting deliveries due now."""
    with database.write() as connection:
        connection.execute(update(webhook_deliveries).values(next_at=wall_now()))


@pytest.mark.usefixtures("deliverer")
def test_an_end_is_told_and_openais_client_verifies_it(queue, endpoints, database):
    with Receiver() as receiver:
        endpoint = endpoints.create(OWNER, receiver.url, EVENTS)
        job_id = _finish_a_job(queue)
        got = receiver.wait_for(1)[0]
    client = OpenAI(api_key="any", webhook_secret=endpoint.secret)
    event = client.webhooks.unwrap(got.body, got.headers)
    assert event.type == "video.completed"
    assert event.data.id == f"video_{job_id}"
    assert event.id == got.headers["webhook-id"]
    with pytest.raises(InvalidWebhookSignatureError):
        client.webhooks.unwrap(got.body.replace(b"completed", b"failed"), got.headers)
    _wait_until(lambda: [row["state"] for row in _rows(database)] == ["delivered"])


def test_a_receiver_that_lets_nobody_in_before_the_time_is_over_is_cut_off_too():
    """A receiver that delays accepting connections, and then sends its answer slowly."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(address)
        over = threading.Event()
        trickling = threading.Thread(target=_let_in_late, args=(server, 2.2, over), daemon=True)
        trickling.start()
        post = Poster(private=True, seconds=2.0, resolve=lambda _host, _port: ["127.0.0.1"] * 4)
        began = time.monotonic()
        with pytest.raises(PostFailed):
            post(f"http://receiver.example:{address[1]}/", {}, b"{}")
        assert time.monotonic() - began < 6
        over.set()
        trickling.join()
        for each in crowd:
            each.close()


def _let_in_late(server, seconds, over):
    time.sleep(seconds)
    server.settimeout(0.1)
    let_in = []
    for _ in range(100):
        if over.is_set():
            break
        with suppress(TimeoutError):
            let_in.append(server.accept()[0])
            let_in[-1].sendall(b"HTTP/1.1 200 OK\r\nx: ")
        for each in let_in:
            with suppress(OSError):
                each.sendall(b"y")


@pytest.mark.usefixtures("deliverer")
def test_a_row_that_nobody_can_count_on_keeps_others_from_being_told_no_longer_than_it_is_there(
    queue, endpoints, database
):
    most = 2**63 - 1 if database.is_sqlite else 2**31 - 1
    row = {"event_id": "evt_x", "owner": OWNER, "body": "{}", "attempts": most, "next_at": 0.0, "created_at": 0.0}
    with Receiver() as receiver:
        endpoints.create(OWNER, receiver.url, EVENTS)
        with database.write() as connection:
            connection.execute(insert(webhook_deliveries).values(**row, url=receiver.url))
        time.sleep(0.3)
        with database.write() as connection:
            connection.execute(delete(webhook_deliveries))
        _finish_a_job(queue)
        receiver.wait_for(1)


@pytest.mark.usefixtures("deliverer")
def test_a_callback_is_signed_with_its_owners_secret(queue, endpoints):
    with Receiver() as receiver:
        _finish_a_job(queue, callback_url=receiver.url)
        got = receiver.wait_for(1)[0]
    secret = endpoints.callback_secret(OWNER)
    assert OpenAI(api_key="any", webhook_secret=secret).webhooks.unwrap(got.body, got.headers)
    assert endpoints.callback_secret(OWNER, rotate=True) != secret


@pytest.mark.usefixtures("deliverer")
def test_both_secrets_verify_for_a_day_after_a_rotation(queue, endpoints):
    with Receiver() as receiver:
        old = endpoints.create(OWNER, receiver.url, EVENTS)
        new = endpoints.rotate(old.id, OWNER, keep_old=True)
        _finish_a_job(queue)
        got = receiver.wait_for(1)[0]
    for secret in (old.secret, new.secret):
        assert OpenAI(api_key="any", webhook_secret=secret).webhooks.unwrap(got.body, got.headers)


@pytest.mark.parametrize("status", [301, 307, 400, 500])
def test_only_2xx_is_arrival_and_no_redirect_is_followed(status, queue, endpoints, deliverer, database):
    with Receiver() as elsewhere, Receiver([status, 204], location=elsewhere.url) as receiver:
        endpoints.create(OWNER, receiver.url, EVENTS)
        _finish_a_job(queue)
        receiver.wait_for(1)
        _wait_until(lambda: _rows(database)[0]["last_status"] == status)
        row = _rows(database)[0]
        assert row["state"] == "waiting"
        assert row["next_at"] == pytest.approx(time.time() + RETRIES[0], abs=3)
        _hurry(database)
        first, second = receiver.wait_for(2)
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        _wait_until(lambda: _rows(database)[0]["state"] == "delivered")
        assert elsewhere.received == []


@pytest.mark.usefixtures("deliverer")
def test_a_delivery_is_given_up_after_the_last_wait(queue, endpoints, database):
    with Receiver([500]) as receiver:
        endpoints.create(OWNER, receiver.url, EVENTS)
        _finish_a_job(queue)
        for count in range(1, len(RETRIES) + 2):
            receiver.wait_for(count)
            _wait_until(lambda: _is_noted(database))
            _hurry_waiting(database)
        _wait_until(lambda: _rows(database)[0]["state"] == "given_up")
        assert len(receiver.received) == len(RETRIES) + 1


def _is_noted(database) -> bool:
    """Whether the attempt was recorded: the next is due after its retry delay, not after a mere claim."""
    row = _rows(database)[0]
    if row["state"] == "given_up":
        return True
    waits = RETRIES[row["attempts"] - 1] if row["attempts"] <= len(RETRIES) else 0.0
    return row["attempts"] > 0 and row["next_at"] == pytest.approx(time.time() + waits, abs=3)


def _hurry_waiting(database):
    with database.write() as connection:
        waiting = update(webhook_deliveries).where(webhook_deliveries.c.state == "waiting")
        connection.execute(waiting.values(next_at=wall_now()))


@pytest.mark.parametrize("fault", [{"pause": 60.0}, {"trickles": True}])
def test_receivers_that_hang_hold_up_neither_the_queue_nor_other_receivers(
    fault, queue, endpoints, deliverer, database
):
    with Receiver(**fault) as silent, Receiver() as prompt:
        for _ in range(3):
            endpoints.create(OWNER, silent.url, EVENTS)
        endpoints.create(OWNER, prompt.url, EVENTS)
        started = time.monotonic()
        for _ in range(20):
            _finish_a_job(queue)
        assert time.monotonic() - started < 20.0  # one of the receivers hangs for 60 s
        prompt.wait_for(20, seconds=30.0)
        _wait_until(lambda: any(row["last_error"] for row in _rows(database)))
        assert len(silent.received) <= 40


def test_two_servers_do_not_send_the_same_at_once(queue, endpoints, database):
    with Receiver(pause=0.2) as receiver:
        endpoints.create(OWNER, receiver.url, EVENTS)
        servers = [Deliverer(database, Poster(private=True), poll_seconds=0.01) for _ in range(3)]
        for _ in range(6):
            _finish_a_job(queue)
        for server in servers:
            server.start()
        _wait_until(lambda: all(row["state"] == "delivered" for row in _rows(database)))
        for server in servers:
            server.stop()
    ids = [got.headers["webhook-id"] for got in receiver.received]
    assert len(ids) == len(set(ids)) == 6


def test_what_a_dead_server_had_claimed_is_sent_again(queue, endpoints, database):
    with Receiver() as receiver:
        endpoints.create(OWNER, receiver.url, EVENTS)
        _finish_a_job(queue)

        def die(*_):
            raise SystemExit

        dying = Deliverer(database, die, poll_seconds=0.05)
        dying.send_due()
        dying._pool.shutdown()
        assert _rows(database)[0]["state"] == "waiting"
        _hurry(database)
        living = Deliverer(database, Poster(private=True), poll_seconds=0.05)
        living.start()
        receiver.wait_for(1)
        living.stop()
        assert _rows(database)[0]["attempts"] == 2


def test_nothing_is_sent_to_an_endpoint_that_is_switched_off(queue, endpoints, deliverer, database):
    with Receiver() as receiver:
        endpoint = endpoints.create(OWNER, receiver.url, EVENTS)
        endpoints.test(endpoint.id, OWNER, "video.failed")
        receiver.wait_for(1)
        endpoints.edit(endpoint.id, OWNER, enabled=False)
        endpoints.test(endpoint.id, OWNER, "video.failed")
        _wait_until(lambda: _rows(database)[-1]["state"] == "given_up")
        assert len(receiver.received) == 1


def test_endpoints_are_their_owners_alone_and_few(endpoints):
    mine = endpoints.create(OWNER, "https://example.com/hook", EVENTS)
    with pytest.raises(NotFound):
        endpoints.get(mine.id, "b" * 32)
    for _ in range(MOST_ENDPOINTS - 1):
        endpoints.create(OWNER, "https://example.com/hook", EVENTS)
    with pytest.raises(Conflict):
        endpoints.create(OWNER, "https://example.com/hook", EVENTS)
    with pytest.raises(BadInput):
        endpoints.create("b" * 32, "https://example.com/hook", ["video.eaten"])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:pass@example.com/",
        "https://example.com/#frag",
        "https://",
        "https://example.com:22/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com\\@evil.example/",
        "https://example.com/\r\nx: y",
        "https://example.com/" + "a" * 3000,
        "",
    ],
)
def test_urls_that_cannot_be_called_safely_are_refused(url):
    with pytest.raises(BadInput):
        require_target(url)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_addresses_inside_are_refused_at_each_delivery(address):
    poster = Poster(resolve=lambda host, port: [address])
    with pytest.raises(PostFailed, match="private or reserved"):
        poster("https://rebound.example/", {}, b"{}")


def test_one_inside_address_among_public_ones_is_refused():
    with pytest.raises(PostFailed, match="private or reserved"):
        Poster(resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"])("https://mixed.example/", {}, b"{}")


def test_it_connects_to_the_address_that_was_looked_at():
    """The name is resolved once, so a DNS answer that changes has no effect."""
    with Receiver() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        asked = []

        def resolve(host, _port):
            asked.append(host)
            return ["127.0.0.1"]

        assert Poster(private=True, resolve=resolve)(f"http://nowhere.invalid:{port}/hook", {}, b"{}") == 200
        assert asked == ["nowhere.invalid"]
        assert receiver.received[0].headers["host"] == f"nowhere.invalid:{port}"


def test_what_arrived_is_forgotten_in_time_and_what_waits_is_not(queue, endpoints, database):
    endpoints.create(OWNER, "http://127.0.0.1:9/", EVENTS)
    _finish_a_job(queue)
    _finish_a_job(queue)
    with database.write() as connection:
        first = update(webhook_deliveries).where(webhook_deliveries.c.number == _rows(database)[0]["number"])
        connection.execute(first.values(state="delivered"))
    assert prune_deliveries(database) == 0
    assert prune_deliveries(database, older_than=-1) == 1
    assert [row["state"] for row in _rows(database)] == ["waiting"]
