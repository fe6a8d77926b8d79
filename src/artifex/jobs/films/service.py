"""The film services of a server."""

from dataclasses import dataclass

from artifex.jobs.continuity import Reports
from artifex.jobs.films.desk import Desk
from artifex.jobs.films.footage import Footage
from artifex.jobs.films.streaming import Streams
from artifex.jobs.films.viewing import Viewer
from artifex.media.opener import Opener


@dataclass(frozen=True, slots=True)
class Films:
    """All film services. ``opener`` opens untrusted media files."""

    desk: Desk
    viewer: Viewer
    streams: Streams
    reports: Reports
    footage: Footage

    @property
    def opener(self) -> Opener:
        return self.viewer.opener
