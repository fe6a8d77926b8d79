"""Sentences about what a format cannot hold of a timeline."""

from collections.abc import Iterable, Iterator

from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.transition import Transition
from artifex.units import counted


def losses(timeline: Timeline, keeps: Iterable[str] = ()) -> tuple[str, ...]:
    """A sentence for each feature that is used and not in ``keeps``, which has names of :func:`_found`."""
    kept = set(keeps)
    return tuple(
        f"{count} {what[0] if count == 1 else what[1]} left out."
        for name, what, count in _found(timeline)
        if count and name not in kept
    )


def _found(timeline: Timeline) -> Iterator[tuple[str, tuple[str, str], int]]:
    clips = [clip for track in timeline.tracks if track.kind != "prompt" for clip in track.clips]
    prompts = [clip for clip in timeline.clips() if isinstance(clip.source, PromptSource)]
    transitions = [each for track in timeline.tracks for each in track.transitions]
    looks = sum(bool(clip.look.nodes) for clip in clips) + bool(timeline.look.nodes)
    yield "prompts", ("prompt is", "prompts are"), len(prompts)
    yield "looks", ("look is", "looks are"), looks + sum(bool(track.look.nodes) for track in timeline.tracks)
    yield "curves", ("clip's parameters are", "clips' parameters are"), sum(bool(clip.curves) for clip in clips)
    yield "speeds", ("change of speed is", "changes of speed are"), sum(clip.speed != 1 for clip in clips)
    yield (
        "disabled",
        ("clip was disabled and is", "clips were disabled and are"),
        sum(not clip.enabled for clip in clips),
    )
    colours = sum(isinstance(clip.source, ColourSource) for clip in clips)
    yield "colours", ("plain colour is", "plain colours are"), colours
    titles = sum(isinstance(clip.source, TitleSource) for clip in clips)
    yield "titles", ("title is", "titles are"), titles
    stills = sum(isinstance(clip.source, MediaSource) and clip.source.kind == "image" for clip in clips)
    yield "stills", ("still picture is", "still pictures are"), stills
    yield (
        "fits",
        ("choice of fit or blend is", "choices of fit or blend are"),
        sum((clip.fit, clip.blend) != ("fit", "normal") for clip in clips),
    )
    yield "transitions", ("transition is", "transitions are"), len(transitions)
    yield "markers", ("marker is", "markers are"), len(timeline.markers)
    yield "links", ("link between clips is", "links between clips are"), len({clip.link for clip in clips} - {None})
    settings = sum(track.muted or track.locked or track.solo or track.volume != 1 for track in timeline.tracks)
    yield "settings", ("track's settings are", "tracks' settings are"), settings


def special(transitions: Iterable[Transition]) -> tuple[str, ...]:
    """A sentence about dips and wipes, which are exported as dissolves."""
    count = sum(each.kind != "dissolve" for each in transitions)
    words = "1 dip or wipe became a dissolve." if count == 1 else f"{count} dips and wipes became dissolves."
    return (words,) if count else ()


def gaps(count: int, which: str = " without media") -> tuple[str, ...]:
    """A sentence about clips that were replaced by gaps."""
    return (f"{counted(count, 'clip')}{which} became {'a gap' if count == 1 else 'gaps'}.",) if count else ()
