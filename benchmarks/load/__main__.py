"""Load test of one server on this machine: requests, listeners, a long queue, and a crash.

    python -m benchmarks.load [--json FILE] [--jobs 1000000] [--seconds 8] [--cache FOLDER]

Everything runs on this machine at once: a real ``artifex serve`` with accounts and its usual rate limits, over SQLite
that syncs to disk at each commit; a load generator in a process of its own; and, for the listeners, a stand-in that
takes jobs through the queue as a worker does. Prints each figure with its bar, which is meant for two cores, and exits
with 1 if one is missed. The first run writes the library (2 GB) into the cache.

Requests come from 32 connections, each of which waits for an answer before it sends the next request: first as fast as
they are answered, which gives the rate, then at the rate of the bar, which gives the latencies. Needs Linux, whose many
loopback addresses represent many clients.
"""

import json
import multiprocessing
import os
import platform
import sys
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.load import calls, queueing, sockets, worker
from benchmarks.load.calls import Answers, request
from benchmarks.load.figures import Figure, milliseconds
from benchmarks.load.library import PASSWORD, USERS, fresh_home, member
from benchmarks.load.server import Server, serve
from platformdirs import user_cache_path
from sqlalchemy import select

from artifex.accounts.passwords import Passwords
from artifex.accounts.users import Users
from artifex.jobs.queue import Queue
from artifex.settings import Settings
from artifex.store.database import Database, connect, sqlite_url
from artifex.store.tables.jobs import events

CONNECTIONS = 32
SIGN_INS = 32
SOCKETS = 500
EVENTS_A_SECOND = 4.0
MOVING_JOBS = 20
"""Running jobs whose events the listeners receive, each of another user."""
QUEUED, QUEUED_USERS = 10_000, 1_000
DECISIONS = 100
WRITERS, WRITES = 8, 50
_WARM_UP = 1.0
_START_SECONDS = 2.0
"""Head start of the stand-in worker, so that its jobs are running when the listeners connect."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A running server, and processes that put load on it."""

    home: Path
    server: Server
    database: Database
    pool: ProcessPoolExecutor
    seconds: float

    def signing_in(self) -> tuple[list[str], list[Figure]]:
        """Sign every user in; returns their access tokens, and the latency of sign-ins."""
        wanted = [request("POST", "/api/v1/auth/login", body=_credentials(number)) for number in range(USERS)]
        tokens: list[str] = []
        latencies: list[float] = []
        for start in range(0, USERS, SIGN_INS):
            group = wanted[start : start + SIGN_INS]
            addresses = [f"127.0.{start}.{number + 1}" for number in range(len(group))]
            answers = self.pool.submit(calls.ask_at_once, self.server.port, group, addresses).result()
            if answers.refused:
                sys.exit("Sign-ins were refused because they took too long; this machine is too busy to measure.")
            tokens += [json.loads(body)["access_token"] for body in answers.bodies]
            latencies += answers.latencies if len(group) == SIGN_INS else []
        return tokens, [Figure(f"{SIGN_INS} sign-ins at once, p95", milliseconds(latencies, 0.95), "ms", 1500)]

    def asking(self, tokens: list[str]) -> list[Figure]:
        """Measure submitting jobs, getting single ones, and listing pages of twenty."""
        numbers = [(user, user + USERS * turn * 53) for turn in range(20) for user in range(USERS)]
        got = [request("GET", f"/api/v1/jobs/{job:032x}", tokens[user]) for user, job in numbers]
        listed = [request("GET", "/api/v1/jobs?limit=20", token) for token in tokens]
        body = json.dumps({"kind": "generate", "prompt": "a red circle moves right on a blue background"}).encode()
        made = [request("POST", "/api/v1/jobs", token, body, key=True) for token in tokens]
        return [
            *self._kind("submit a clip", made, 150, {0.95: 200, 0.99: 500}),
            *self._kind("get a job", got, 500, {0.95: 100}),
            *self._kind("list 20 jobs", listed, 200, {0.95: 150}),
        ]

    def _kind(self, name: str, requests: list[bytes], rate: float, latencies: dict[float, float]) -> list[Figure]:
        """Highest rate of requests, and latencies at the rate of the bar."""
        fastest, steady = self._ask(requests), self._ask(requests, rate)
        return [
            Figure(name, fastest.rate, "/s", rate, least=True),
            *(
                Figure(
                    f"{name}, {rate:.0f} a second, p{share * 100:.0f}", milliseconds(steady.latencies, share), "ms", bar
                )
                for share, bar in latencies.items()
            ),
            Figure(f"{name}: refusals", fastest.refused + steady.refused, "", 0),
        ]

    def listening(self, tokens: list[str]) -> list[Figure]:
        """Measure listeners of users who each have a job with progress events."""
        moving = 2 * self.seconds + _START_SECONDS
        working = self.pool.submit(worker.work, self.home, MOVING_JOBS, EVENTS_A_SECOND, moving)
        time.sleep(_START_SECONDS)
        owners = [job.owner for job in Queue(self.database).page(states=("running",), limit=MOVING_JOBS).jobs]
        users = {user.id: number for number, user in enumerate(Users(self.database, Passwords()).all())}
        theirs = [tokens[users[owner]] for owner in owners]
        listened = self.pool.submit(sockets.listen, self.server.port, theirs, SOCKETS, self.seconds).result()
        worked = working.result()
        delays = [delay for heard in listened.heard for delay in heard.delays]
        lost = sum(self._lost(heard, owners[number % len(owners)]) for number, heard in enumerate(listened.heard))
        return [
            Figure(
                f"events to {SOCKETS} sockets, a socket", worked.moves / moving / worked.jobs, "/s", 3.8, least=True
            ),
            Figure("events to sockets, p95", milliseconds(delays, 0.95), "ms", 250),
            Figure("events lost, reconnecting included", lost, "", 0),
            Figure(f"{SOCKETS} sockets come back at once", listened.storm_seconds, "s", 10),
        ]

    def _lost(self, heard: sockets.Heard, owner: str) -> int:
        """Number of events that a socket missed since it was first opened."""
        mine = select(events.c.seq).where(events.c.owner == owner, events.c.seq > heard.since)
        with self.database.read() as connection:
            return len(set(connection.scalars(mine)).difference(heard.events))

    def _ask(self, requests: list[bytes], rate: float | None = None) -> Answers:
        asked = (self.server.port, requests, CONNECTIONS, self.seconds, _WARM_UP, rate)
        return self.pool.submit(calls.ask_steadily, *asked).result()


def _credentials(number: int) -> bytes:
    return json.dumps({"name": member(number), "password": PASSWORD}).encode()


def measure(home: Path, seconds: float) -> list[Figure]:
    database = connect(sqlite_url(Settings(home).database_file))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool, serve(home) as server:
        server.wait_until_healthy()
        bench = Bench(home, server, database, pool, seconds)
        tokens, figures = bench.signing_in()
        figures += bench.asking(tokens)
        figures += bench.listening(tokens)
        figures.append(Figure("resident memory of the server", server.resident_mebibytes(), "MiB", 400))
        queueing.fill(Queue(database), QUEUED, QUEUED_USERS)
    healthy, working = queueing.recovery_seconds(home, Queue(database))
    decisions = queueing.decision_seconds(Queue(database), DECISIONS)
    storm = queueing.storm_seconds(home, WRITERS, WRITES)
    database.close()
    return [
        *figures,
        Figure(f"answers again after a crash, {QUEUED} queued", healthy, "s", 5),
        Figure("works again after a crash", working, "s", 5),
        Figure(f"next of {QUEUED} jobs of {QUEUED_USERS} users, p95", milliseconds(decisions, 0.95), "ms", 50),
        Figure(f"a write while {WRITERS} processes write at once, p99", milliseconds(storm, 0.99), "ms", 1000),
    ]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--jobs", type=int, default=1_000_000, help="finished jobs in the library")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each kind of request is measured")
    parser.add_argument("--cache", type=Path, default=user_cache_path("artifex-load"), help="where the library is kept")
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    with fresh_home(options.cache, options.jobs) as home:
        figures = measure(home, options.seconds)
    print(f"{os.cpu_count()} cores, {options.jobs} jobs, load average before: {busy:.1f}")
    for figure in figures:
        print(figure.line)
    if options.json is not None:
        machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
        head = {"date": time.strftime("%Y-%m-%d"), **machine, "jobs": options.jobs, "load_average_before": busy}
        data = [{**asdict(figure), "met": figure.met} for figure in figures]
        options.json.write_text(json.dumps({**head, "figures": data}, indent=1) + "\n")
    sys.exit(not all(figure.met for figure in figures))


if __name__ == "__main__":
    main()
