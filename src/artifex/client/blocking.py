"""The blocking client."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from artifex.client import media_calls
from artifex.client.address import TIMEOUT, Address
from artifex.client.answers import Job, JobEvent
from artifex.client.blocking_doors import Boards, Jobs, Media, Models, Projects, Shares, System
from artifex.client.calls import Attempts, Call, refusal
from artifex.client.following import Following, raise_refusal
from artifex.client.part import Part

T = TypeVar("T")


class Client:
    """A studio's server. Every method raises ArtifexError when the server refuses or does not answer.

    Calls that are safe to repeat are retried when the connection breaks or the server is busy; jobs are created once
    all the same (``Idempotency-Key``).
    """

    def __init__(self, base_url: str = "http://127.0.0.1:8188", token: str | None = None) -> None:
        """Raises BadInput for an invalid address."""
        self._address = Address(base_url, token)
        self._http = httpx2.Client(base_url=base_url, headers=self._address.headers, timeout=TIMEOUT)
        self.jobs = Jobs(self)
        self.media = Media(self)
        self.boards = Boards(self)
        self.projects = Projects(self)
        self.shares = Shares(self)
        self.models = Models(self)
        self.system = System(self)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def generate(self, prompt: str, **fields: Any) -> "RunningJob":
        """Queue a clip; ``fields`` are those of ``POST /api/v1/jobs``.

        A reference or LoRA may be a :class:`pathlib.Path`, which is uploaded: ``references={"image": Path("a.png")}``.
        """
        job, *_ = self.jobs.create(kind="generate", prompt=prompt, **self.with_uploads(fields))
        return RunningJob(self, job)

    def with_uploads(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The same fields, with each path uploaded and replaced by its asset's id."""
        return {name: self._uploaded(value) for name, value in fields.items()}

    def follow(self, job_id: str, after: int | None = None) -> Iterator[JobEvent]:
        """The events of a job, from its state now (or after the event ``after``) to its end.

        A socket that drops is opened again, and no event comes twice.
        """
        from websockets.exceptions import InvalidStatus, WebSocketException
        from websockets.sync.client import connect

        following = Following(job_id, self._address.url, after)
        while not following.over:
            dropped: Exception | None = None
            try:
                url = self._address.socket_url(following.path)
                with connect(url, additional_headers=self._address.headers, compression=None) as socket:
                    for message in socket:
                        if (event := following.hear(message)) is not None:
                            yield event
                        if following.over:
                            return
            except InvalidStatus as refused:
                raise_refusal(refused)
                dropped = refused
            except (OSError, WebSocketException) as error:
                dropped = error
            time.sleep(following.wait(dropped))

    def send(self, call: Call[T]) -> T:
        """Send a call, again where that is harmless and may help."""
        attempts = Attempts(call, self._address.url)
        while True:
            try:
                with ExitStack() as opened:
                    response = self._http.request(**call.arguments(opened))
                wait = attempts.wait_after(response)
            except httpx2.TransportError as error:
                response, wait = None, attempts.wait_after_error(error)
            if wait is None and response is not None:
                return call.answer(response)
            time.sleep(wait or 0)

    def receive(self, part: Part) -> Path:
        """Download an asset's content. Also raises DownloadFailed, OutOfSpace, NotWritable."""
        call = Call(method="GET", path=media_calls.file_path(part.asset.id), read=lambda _: None)
        attempts = Attempts(call, self._address.url)
        while not part.is_complete:
            before = part.received
            try:
                with self._http.stream("GET", call.path, headers=part.request_headers()) as response:
                    wait = attempts.wait_after(response)
                    if wait is None and response.is_success:
                        with part.receive(response.status_code, response.headers) as file:
                            for chunk in response.iter_raw():
                                file.write(chunk)
                        continue
                    if wait is None:
                        response.read()
                        raise refusal(response)
            except httpx2.TransportError as error:
                if part.received > before:
                    attempts = Attempts(call, self._address.url)
                wait = attempts.wait_after_error(error)
            time.sleep(wait)
        return part.finish()

    def _uploaded(self, value: Any) -> Any:
        """``value`` with each path in it uploaded and replaced by its asset's id."""
        match value:
            case Path():
                return self.media.upload(value).id
            case Mapping():
                return {name: self._uploaded(inner) for name, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]
            case list() | tuple():
                return [self._uploaded(inner) for inner in value]  # pyright: ignore[reportUnknownVariableType]
            case _:
                return value


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that was just created; ``job`` is the answer to that."""

    client: Client
    job: Job

    @property
    def id(self) -> str:
        return self.job.id

    def wait(self) -> Job:
        """Wait until the job is over or a finished draft; returns it."""
        return self.client.jobs.wait(self.id)

    def follow(self) -> Iterator[JobEvent]:
        return self.client.follow(self.id)

    def cancel(self) -> Job:
        return self.client.jobs.cancel(self.id)

    def download(self, path: Path) -> Path:
        """Download the job's clip. Raises Conflict until it has succeeded."""
        return self.client.jobs.download(self.id, path)
