"""Write the OpenAPI description of the API, from which the types of the web interface are generated.

python tools/openapi.py web/src/generated/openapi.json
"""

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
        described = json.dumps(app.openapi(), indent=1, sort_keys=True)
        database.close()
    if sys.argv[1:]:
        output = Path(sys.argv[1])
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(described, encoding="utf-8")
    else:
        print(described)


if __name__ == "__main__":
    main()
