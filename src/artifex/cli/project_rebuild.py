"""``artifex project rebuild``: makes new takes of stale or unmade shots, here or on a server."""

from typing import Annotated

import typer

from artifex.cli.options import AsJson, Server
from artifex.errors import BadInput


def rebuild(
    project: Annotated[str, typer.Argument(help="A project's id or name; with --server, its id.", metavar="PROJECT")],
    shot: Annotated[
        list[str] | None, typer.Option(help="Only this shot, and what it goes on from. May be repeated.", metavar="ID")
    ] = None,
    quote: Annotated[
        bool, typer.Option("--quote", help="Say what is to be made and how long it takes; no more.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Show the new takes in the film at once, in place of the old.")
    ] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Make new takes of the shots that are stale or not made yet, and say how long that takes.

    Without a server they are made by this process, one after the other; after a crash, or Ctrl-C, the same command
    goes on. With --server they are queued there. A shot that has a take keeps it until another is accepted.
    """
    shots = tuple(shot or ())
    if server is None:
        from artifex.cli.project_rebuild_here import quote_here, rebuild_here

        if quote:
            quote_here(project, shots, as_json)
        else:
            rebuild_here(project, shots, accept, as_json)
        return
    if accept:
        raise BadInput("A server's takes come later; accept them in its editor, and leave --accept out here.")
    from artifex.cli.project_rebuild_there import rebuild_there

    rebuild_there(server, project, shots, quote, as_json)
