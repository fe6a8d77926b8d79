"""Timelines from JSON."""

from typing import Any

from artifex.timeline.fields import Fields
from artifex.timeline.looks import parse_look
from artifex.timeline.marker import parse_marker
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import parse_track
from artifex.timeline.upgrade import upgraded_timeline
from artifex.timeline.validate import validate


def parse_timeline_data(data: object, where: str = "timeline") -> Timeline:
    """A timeline from untrusted JSON, checked. Raises BadInput."""
    fields = Fields(upgraded_timeline(data, where), where)
    fields.raw("format")
    timeline = Timeline(
        **timeline_settings(fields),
        tracks=fields.each("tracks", parse_track),
        markers=fields.each("markers", parse_marker),
    )
    fields.finish()
    validate(timeline)
    return timeline


def timeline_settings(fields: Fields) -> dict[str, Any]:
    return {
        "rate": fields.rate("rate"),
        "width": fields.whole("width", least=1, most=32_768),
        "height": fields.whole("height", least=1, most=32_768),
        "sample_rate": fields.whole("sample_rate", 48_000, 8_000, 384_000),
        "look": parse_look(fields.raw("look", []), fields.at("look")),
    }
