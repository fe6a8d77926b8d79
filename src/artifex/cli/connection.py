"""Access to a server from the command line: the client, and downloads of finished clips."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artifex.client import Client, Job
from artifex.client.job_calls import first_asset
from artifex.errors import BadInput, NotSignedIn
from artifex.files import write_atomically
from artifex.jobs.job import sidecar_of

_ID = re.compile("[0-9a-f]{32}")


def require_id(name: str, remedy: str) -> str:
    """Check that ``name`` is an id of a server. Raises BadInput, with a message that ends with ``remedy``."""
    if not _ID.fullmatch(name):
        raise BadInput(f"{name!r:.80} is no id; {remedy}")
    return name


@contextmanager
def connected(server: str) -> Iterator[Client]:
    """A client with the key that the environment holds. Raises BadInput for what is no address or no key."""
    key = os.environ.get("ARTIFEX_TOKEN", "").strip() or None
    with Client(server, key) as studio:
        try:
            yield studio
        except NotSignedIn as refused:
            if key is not None:
                raise
            raise NotSignedIn(f"The server at {server} has accounts; put an API key into ARTIFEX_TOKEN.") from refused


def download(studio: Client, job: Job, path: Path) -> None:
    """Download a finished job's file, after writing a clip's recipe beside it. Raises Conflict, CannotRun."""
    asset_id = first_asset(job)
    if job.recipe is not None:
        text = json.dumps(job.recipe, indent=1, ensure_ascii=False)
        write_atomically(sidecar_of(path), f"{text}\n".encode())
    studio.media.download(asset_id, path)
