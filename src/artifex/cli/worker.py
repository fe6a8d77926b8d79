"""``artifex worker``: runs a server's jobs, on its machine or on another."""

import signal
import threading
from typing import Annotated

import typer


def worker(
    slots: Annotated[
        str,
        typer.Option(
            help=(
                "Where to work: cpu, or gpu0,gpu1; gpu0-1 is both for one clip, gpu0:high,gpu1:low an expert on each; "
                "all there is, without it."
            ),
            metavar="NAMES",
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option(
            help="What to call this machine; its own name, without it. No other worker or server may have it.",
            metavar="HOST",
        ),
    ] = "",
) -> None:
    """Work for a server: take jobs from its queue until Ctrl-C.

    Shares the server's database (ARTIFEX_DATABASE), files (ARTIFEX_OBJECTS) and, where there is one, broker
    (ARTIFEX_BROKER). Models are this machine's own: pull here what is to be made here.
    """
    from artifex.errors import Busy
    from artifex.logs import set_up_logs
    from artifex.settings import read_settings
    from artifex.wiring import host_workers

    set_up_logs()
    names = [part.strip() for part in slots.split(",") if part.strip()]
    workers = host_workers(read_settings(), names, name)
    stop, ousted = threading.Event(), threading.Event()

    def on_ousted() -> None:
        ousted.set()
        stop.set()

    def on_signal(_number: int, _frame: object) -> None:
        # In a thread: the interrupted one may hold the lock that setting the event needs.
        threading.Thread(target=stop.set, daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    try:
        workers.start(on_ousted)
        stop.wait()
    finally:
        workers.stop()
    if ousted.is_set():
        raise Busy("Another worker has this one's name by now; stop that one, or start this one with another --name.")
