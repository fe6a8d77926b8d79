"""``artifex project rebuild --server``: queues the takes on a server."""

import json
import sys
from collections.abc import Sequence

from artifex.cli.connection import connected, require_id
from artifex.units import counted, show_seconds


def rebuild_there(server: str, project_id: str, shots: Sequence[str], only_quote: bool, as_json: bool) -> None:
    """Print how many shots are to be made and how long that takes, and queue them unless ``only_quote``.

    Raises ArtifexError when the server refuses or does not answer.
    """
    with connected(server) as studio:
        require_id(project_id, "with --server, give the project's id, which its address in the browser has.")
        found = studio.projects.get(project_id)
        seconds = studio.projects.quote(project_id, shots)
        jobs = () if only_quote else studio.projects.rebuild(project_id, shots)
    if as_json:
        told = {"stale": found["stale"], "unmade": found["unmade"], "seconds": seconds}
        print(json.dumps({**told, "jobs": [job.id for job in jobs]}))
        return
    stale, unmade = (counted(len(found[which]), "shot") for which in ("stale", "unmade"))
    print(f"Stale: {stale}. To be made: {unmade}.", file=sys.stderr)
    if seconds:
        print(f"About {show_seconds(seconds)} on the server's machine.", file=sys.stderr)
    for job in jobs:
        print(job.id)
