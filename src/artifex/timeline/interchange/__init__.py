"""Timelines exported to and imported from other editing programs.

OpenTimelineIO holds everything (``otio``, which needs the extra ``interchange``); the other formats are written only,
and each export lists in plain sentences what it could not hold. None carries media, only URLs from a given function.

    otio    OpenTimelineIO, both ways                    edl     CMX 3600, one video track
    fcp7    Final Cut Pro 7 XML (xmeml)                  fcpxml  Final Cut Pro X
    exported, losses, elements: what they share          formats     all of them by name
"""

from artifex.timeline.interchange.edl import write_edl
from artifex.timeline.interchange.exported import Exported, UrlOf, library_url
from artifex.timeline.interchange.fcp7 import write_fcp7
from artifex.timeline.interchange.fcpxml import write_fcpxml
from artifex.timeline.interchange.otio import Imported, read_otio, write_otio

__all__ = [
    "Exported",
    "Imported",
    "UrlOf",
    "library_url",
    "read_otio",
    "write_edl",
    "write_fcp7",
    "write_fcpxml",
    "write_otio",
]
