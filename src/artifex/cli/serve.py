"""``artifex serve``: the studio as a service."""

import ipaddress
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artifex.errors import BadInput

if TYPE_CHECKING:
    from artifex.api.config import ApiConfig
    from artifex.settings import Settings


_NO_SLOTS = "none"
_HOST = re.compile(r"[^\s/@:?#\[\]]+|\[?[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*\]?")
"""A host name or IP address, without a port."""
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([^\s/@:?#]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.", metavar="ADDRESS")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8188,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Have people sign in; needed beyond this machine.")
    ] = False,
    slots: Annotated[
        str | None,
        typer.Option(
            help=(
                "Where jobs run: cpu, gpu0,gpu1, or none; gpu0-1 is both for one clip, gpu0:high,gpu1:low an expert "
                "on each; all there is when not given."
            ),
            metavar="NAMES",
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further name the server is reached by. May be repeated.", metavar="NAME")
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            help="A further origin whose pages may call it, like https://studio.example. May be repeated.",
            metavar="ORIGIN",
        ),
    ] = None,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="Address or network of a proxy that tells truly whom it speaks for. May be repeated.",
            metavar="ADDRESS",
        ),
    ] = None,
    import_folder: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of this machine that files may be imported from. May be repeated.", metavar="FOLDER"
        ),
    ] = None,
) -> None:
    """Serve the studio: an API, live events, and workers on this machine's devices."""
    from artifex.api.config import ApiConfig
    from artifex.logs import set_up_logs
    from artifex.settings import read_settings

    set_up_logs()
    config = ApiConfig(
        host=host,
        port=port,
        accounts=accounts,
        hosts=tuple(_host(name) for name in allow_host or ()),
        origins=tuple(_origin(page) for page in allow_origin or ()),
        proxies=tuple(_proxy(address) for address in trust_proxy or ()),
        import_folders=tuple(_folder(folder) for folder in import_folder or ()),
        slots=tuple(name.strip() for name in (slots or "").split(",") if name.strip()),
    )
    _check_reach(config)
    settings = read_settings()
    with _alone(settings):
        _run(config, settings)


def _run(config: "ApiConfig", settings: "Settings") -> None:
    from artifex.api.app import build_app
    from artifex.api.server import answer_requests, listen
    from artifex.jobs.queue import Queue
    from artifex.jobs.worker.host import HostWorkers, open_doorbells
    from artifex.wiring import build_service, open_studio_database

    database, doorbells = open_studio_database(settings), open_doorbells(settings)
    queue = Queue(database, doorbells.ring)
    service = build_service(settings, config, database, queue)
    service.objects.check()
    if config.accounts:
        service.accounts.users.require_administrator()
    works_here = config.slots != (_NO_SLOTS,)
    workers = HostWorkers(settings, queue, doorbells, config.slots) if works_here else None

    def leave() -> None:
        if workers is not None:
            print("Stopping after the step at hand; jobs go on when the server starts again.", file=sys.stderr)
        service.hub.close()

    listener = listen(config.host, config.port)
    address = f"http://{_for_browsers(config.host)}:{config.port}"
    try:
        if workers is not None:
            workers.start()
        answer_requests(
            build_app(service, has_supervisor=works_here),
            config,
            listener,
            on_ready=lambda: print(f"Artifex is at {address}", flush=True),
            on_leaving=leave,
        )
    finally:
        listener.close()
        if workers is not None:
            workers.stop()
        database.close()


def _check_reach(config: "ApiConfig") -> None:
    """Refuse to listen beyond this machine without accounts: every caller could do everything. Raises BadInput."""
    if not config.accounts and not _is_loopback(config.host):
        raise BadInput(
            f"{config.host} can be reached from other machines, and without accounts everybody there could do "
            "everything; add --accounts, or leave --host out."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _for_browsers(host: str) -> str:
    if host in ("0.0.0.0", "::", "[::]"):
        return "localhost"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise BadInput(f"{name!r:.80} is no name of a server; give it to --allow-host alone, like studio.example.")
    return name


def _origin(page: str) -> str:
    origin = page.rstrip("/").lower()  # as browsers write it
    if not _ORIGIN.fullmatch(origin):
        raise BadInput(f"{page!r:.80} is no origin of a page; give --allow-origin one like https://studio.example.")
    return origin


def _proxy(address: str) -> str:
    try:
        return str(ipaddress.ip_network(address, strict=False))
    except ValueError as error:
        raise BadInput(
            f"{address!r:.80} is no address; give --trust-proxy one like 127.0.0.1, or a network like 172.18.0.0/16."
        ) from error


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}; give one that exists with --import-folder.")
    return folder.resolve()


def _alone(settings: "Settings") -> AbstractContextManager[None]:
    """Allow one server per library; with a database URL (PostgreSQL) there may be several. Raises Busy, NotWritable,
    OutOfSpace."""
    if settings.database_url:
        return nullcontext()
    from artifex.locks import hold

    busy = (
        f"A server is already running for the library in {settings.home}; stop it first, or set ARTIFEX_HOME to "
        "another folder."
    )
    return hold(settings.home / "server.lock", busy)
