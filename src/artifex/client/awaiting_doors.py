"""The groups of asyncio calls; :class:`artifex.client.AsyncClient` holds one of each."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from artifex.client import board_calls, job_calls, media_calls, project_calls, share_calls, studio_calls
from artifex.client.answers import RESTS, Asset, AssetPage, Board, Data, EnhancedPrompt, Job, JobEvent, JobPage, Share
from artifex.client.calls import Call, QueryValue
from artifex.client.part import Part

T = TypeVar("T")


class Sender(Protocol):
    """What these groups need of a client."""

    async def send(self, call: Call[T]) -> T: ...

    async def receive(self, part: Part) -> Path: ...

    def follow(self, job_id: str, after: int | None = None) -> AsyncIterator[JobEvent]: ...


class Jobs:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def create(self, **fields: Any) -> tuple[Job, ...]:
        """Queue the job of ``fields``, once even if it is sent again; several jobs where ``seeds`` says so."""
        return await self._sender.send(job_calls.create(fields))

    async def estimate(self, **fields: Any) -> Data:
        """The memory, disk and seconds that the same fields would take on the server. Nothing is queued."""
        return await self._sender.send(job_calls.estimate(fields))

    async def get(self, job_id: str) -> Job:
        return await self._sender.send(job_calls.get(job_id))

    async def list(self, **wanted: QueryValue) -> JobPage:
        """Newest first. ``state``, ``kind``, ``batch``, ``cursor``, ``limit`` and ``order`` may be given."""
        return await self._sender.send(job_calls.page(wanted))

    async def edit(self, job_id: str, **changes: Any) -> Job:
        """Change a waiting job. Raises Conflict for any other."""
        return await self._sender.send(job_calls.edit(job_id, changes))

    async def cancel(self, job_id: str) -> Job:
        return await self._sender.send(job_calls.act(job_id, "cancel"))

    async def pause(self, job_id: str) -> Job:
        return await self._sender.send(job_calls.act(job_id, "pause"))

    async def resume(self, job_id: str) -> Job:
        return await self._sender.send(job_calls.act(job_id, "resume"))

    async def retry(self, job_id: str) -> Job:
        return await self._sender.send(job_calls.act(job_id, "retry"))

    async def promote(self, job_id: str, stop_at_step: int | None = None) -> Job:
        """Continue a draft, to its end or to a later step."""
        return await self._sender.send(job_calls.promote(job_id, stop_at_step))

    async def delete(self, job_id: str) -> None:
        await self._sender.send(job_calls.delete(job_id))

    async def wait(self, job_id: str) -> Job:
        """Wait until the job is over or a finished draft, through any pause; returns it."""
        async for event in self._sender.follow(job_id):
            if event.state in RESTS:
                break
        return await self.get(job_id)

    async def download(self, job_id: str, path: Path) -> Path:
        """Download the first file that a job made. Raises Conflict when it has made none."""
        asset_id = job_calls.first_asset(await self.get(job_id))
        return await self._sender.receive(Part(await self._sender.send(media_calls.get(asset_id)), path))


class Media:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def upload(self, path: Path) -> Asset:
        """Raises BadInput where ``path`` is no file, BadReference for a file that the server cannot use."""
        return await self._sender.send(media_calls.upload(path))

    async def import_url(self, url: str) -> Asset:
        """Have the server fetch a file from a public address."""
        return await self._sender.send(media_calls.import_url(url))

    async def get(self, asset_id: str) -> Asset:
        return await self._sender.send(media_calls.get(asset_id))

    async def list(self, **wanted: QueryValue) -> AssetPage:
        """Newest first. ``search``, ``kind``, ``model``, ``task``, ``favourite``, ``board``, ``trashed``, ``origin``,
        ``order``, ``cursor`` and ``limit`` may be given."""
        return await self._sender.send(media_calls.page(wanted))

    async def summary(self) -> Data:
        """Counts and sizes of the files."""
        return await self._sender.send(media_calls.summary())

    async def edit(self, asset_id: str, **changes: Any) -> Asset:
        """``name`` and ``favourite`` may be given."""
        return await self._sender.send(media_calls.edit(asset_id, changes))

    async def change(self, asset_ids: Sequence[str], action: str, board: str | None = None) -> int:
        """Do the same to many files, or to none if one is missing; returns how many were changed. Actions are
        ``favourite``, ``unfavourite``, ``trash``, ``restore``, ``delete``, and with a board ``add_to_board`` and
        ``remove_from_board``."""
        return await self._sender.send(media_calls.change(asset_ids, action, board))

    async def delete(self, asset_id: str) -> None:
        await self._sender.send(media_calls.delete(asset_id))

    async def download(self, asset_id: str, path: Path) -> Path:
        """Download a file, from where an earlier try stopped; ``path`` appears once the content is verified."""
        return await self._sender.receive(Part(await self.get(asset_id), path))


class Boards:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def list(self) -> tuple[Board, ...]:
        """In order of name."""
        return await self._sender.send(board_calls.boards())

    async def create(self, name: str) -> Board:
        """Raises Conflict for a name that is taken."""
        return await self._sender.send(board_calls.create(name))

    async def rename(self, board_id: str, name: str) -> Board:
        return await self._sender.send(board_calls.rename(board_id, name))

    async def delete(self, board_id: str) -> None:
        """The files on it stay in the library."""
        await self._sender.send(board_calls.delete(board_id))


class Projects:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def get(self, project_id: str) -> Data:
        """The film as it is now, and which of its shots are stale or not made yet."""
        return await self._sender.send(project_calls.get(project_id))

    async def quote(self, project_id: str, shots: Sequence[str] = ()) -> float | None:
        """Seconds that new takes of these shots would take (all stale or unmade shots if empty); None where that cannot
        be estimated."""
        return await self._sender.send(project_calls.quote(project_id, shots))

    async def rebuild(self, project_id: str, shots: Sequence[str] = ()) -> tuple[Job, ...]:
        """Queue new takes of these shots (all stale or unmade shots if empty)."""
        return await self._sender.send(project_calls.rebuild(project_id, shots))

    async def repair(self, project_id: str, shot_id: str, take: str | None = None, hold_colour: float = 1) -> Job:
        """Queue a copy of a take (the accepted one if None), with ``hold_colour`` of its colour drift removed."""
        return await self._sender.send(project_calls.repair(project_id, shot_id, take, hold_colour))


class Shares:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def list(self, asset_id: str) -> tuple[Share, ...]:
        return await self._sender.send(share_calls.shares(asset_id))

    async def create(self, asset_id: str, days: int = 30) -> Share:
        """A link to a file, for whoever has it. Raises Conflict where the server has no accounts."""
        return await self._sender.send(share_calls.create(asset_id, days))

    async def revoke(self, share_id: str) -> None:
        await self._sender.send(share_calls.revoke(share_id))


class Models:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def list(self) -> tuple[Data, ...]:
        return await self._sender.send(studio_calls.models())

    async def get(self, name: str) -> Data:
        return await self._sender.send(studio_calls.model(name))

    async def pull(self, name: str, *, update: bool = False) -> Job:
        return await self._sender.send(studio_calls.pull(name, update=update))

    async def verify(self, name: str) -> Job:
        return await self._sender.send(studio_calls.verify(name))

    async def warm(self, name: str) -> Job | None:
        """Load a model, so that the first clip starts at once; None where it is in memory already."""
        return await self._sender.send(studio_calls.warm(name))

    async def enhance(self, prompt: str, model: str | None = None) -> EnhancedPrompt:
        """What ``enhance`` would make of a prompt. Raises Conflict for a model that understands plain prompts only."""
        return await self._sender.send(studio_calls.enhance(prompt, model))

    async def use(self, name: str) -> Data:
        return await self._sender.send(studio_calls.use(name))

    async def remove(self, name: str) -> None:
        await self._sender.send(studio_calls.remove(name))


class System:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def health(self) -> Data:
        return await self._sender.send(studio_calls.system("health"))

    async def gpu(self) -> Data:
        return await self._sender.send(studio_calls.system("gpu"))

    async def stats(self) -> Data:
        return await self._sender.send(studio_calls.system("stats"))

    async def about(self) -> Data:
        return await self._sender.send(studio_calls.system("about"))

    async def optimizations(self) -> Data:
        """The optimizations that make clips fit or run faster on the server's machine, and which are in use."""
        return await self._sender.send(studio_calls.system("optimizations"))

    async def licences(self) -> tuple[Data, ...]:
        return await self._sender.send(studio_calls.licences())

    async def slots(self) -> tuple[Data, ...]:
        return await self._sender.send(studio_calls.slots())
