"""Resumes the work of a copied library in this process, like a machine after a power cut."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from artifex.jobs.queue import Queue, Slot
from artifex.jobs.resident import ResidentModels
from artifex.jobs.worker.execute import Attempt, Workshop
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.names import Names
from artifex.settings import Settings
from artifex.store.assets import Assets
from artifex.store.blobs import open_blobs
from artifex.store.database import open_database, sqlite_url
from artifex.store.objects import open_objects
from tests.faults.chain import WORK
from tests.faults.evidence import gather, sweep_all
from tests.faults.history import History, breaches
from tests.faults.pace import PACE


def finish_what_was_cut(home: Path, slots: Sequence[str], history: History) -> list[str]:
    """Finish all jobs of the library with the slots it had before; returns the broken guarantees."""
    settings = Settings(home)
    with closing(sqlite3.connect(settings.database_file)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    database = open_database(sqlite_url(settings.database_file))
    objects, blobs, queue = open_objects(settings), open_blobs(settings), Queue(database, pace=PACE)
    assets, models = Assets(database, blobs), ResidentModels(settings.models)
    names = Names(queue, [Slot(name, "again", "cpu", ("generate",)) for name in slots], home / "slots")
    names.take()
    for slot in names.slots:  # one at a time, each starting like a slot restarted by its supervisor
        queue.crashed(slot.name, holder=slot.holder)
        shop = Workshop(settings, slot, queue, objects, blobs, assets, models, WORK)
        shop.sweep()
        queue.announce(slot, "", {})
        while (claim := queue.take(slot.name, slot.holder)) is not None:
            Attempt(shop, Lease(queue, claim), lambda: False).run()
        queue.withdraw(slot.name, slot.holder)
    names.let_go()
    sweep_all(database, objects, blobs)
    found = breaches(history, gather(database, objects, blobs, home))
    database.close()
    return found
