"""Print the description of the API, from which the types of the web interface are made."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from artifex.api.app import build_app
from artifex.api.config import ApiConfig
from artifex.jobs.queue import Queue
from artifex.settings import Settings
from artifex.wiring import build_service, open_studio_database


def main() -> None:
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        database = open_studio_database(settings)
        app = build_app(build_service(settings, ApiConfig(accounts=True), database, Queue(database)))
        json.dump(app.openapi(), sys.stdout, indent=1, sort_keys=True)
        database.close()


if __name__ == "__main__":
    main()
