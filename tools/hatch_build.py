"""A build hook of hatchling that refuses to build a wheel or sdist without the web page.

The page is built by npm and kept out of git, so a fresh clone has none. Editable installs need none: it is served as
soon as it is built.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "src/artifex/api/page/index.html"


class PageIsThere(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Abort the build with a message if the page is missing."""
        if version != "editable" and not Path(self.root, PAGE).is_file():
            self.app.abort(
                "The studio's page is not built, and what is built now would lack it. Run 'make web' in the project's "
                "folder first; README.md has the commands for where there is no make."
            )
