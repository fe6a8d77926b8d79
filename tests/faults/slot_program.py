"""A real slot process that computes hash chains, with fault points at which it can be ordered to die."""

import logging
import os
import sys

from artifex.jobs.queue import Queue, Slot
from artifex.jobs.resident import ResidentModels
from artifex.jobs.worker import execute
from artifex.jobs.worker.execute import Workshop
from artifex.jobs.worker.slot import database_url, main
from artifex.settings import Settings
from artifex.store.assets import Assets
from artifex.store.blobs import open_blobs
from artifex.store.database import open_database
from artifex.store.objects import open_objects
from tests.faults import chain
from tests.faults.clock import follow_clock
from tests.faults.points import MortalObjects, Points, mortal_blobs, mortal_database
from tests.faults.terms import read_terms


def open_shop(settings: Settings, slot: Slot) -> Workshop:
    terms = read_terms()
    points = Points(terms.orders, slot.name)
    database = mortal_database(open_database(database_url(settings)), points)
    blobs = mortal_blobs(open_blobs(settings), points)
    return Workshop(
        settings,
        slot,
        Queue(database, pace=terms.pace),
        MortalObjects(open_objects(settings), points),
        blobs,
        Assets(database, blobs),
        ResidentModels(settings.models),
        {**execute.WORK, **chain.WORK},
    )


if __name__ == "__main__":
    follow_clock(read_terms().clock)
    code = main(sys.argv[1:], open_shop)
    logging.shutdown()
    os._exit(code)
