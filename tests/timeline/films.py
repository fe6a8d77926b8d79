"""Random small timelines with everything on them, and random commands for them."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifex.grades import Cdl, Lut, Saturation
from artifex.timeline.clip import Clip
from artifex.timeline.curves import Curve, Keyframe
from artifex.timeline.joints import room_for, transition_joints
from artifex.timeline.looks import Look, LookNode
from artifex.timeline.mapping import is_inside, position
from artifex.timeline.marker import Marker
from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition

EXAMPLES = int(os.environ.get("ARTIFEX_EXAMPLES", "60"))
RATES = [Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)]
SPEEDS = [Fraction(1)] * 4 + [Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(-3, 2), Fraction(7, 5), Fraction(0)]
INTERPOLATIONS: list[Any] = ["hold", "linear", "smooth"]


def with_film(test: Callable[..., None]) -> Callable[..., None]:
    """Runs a test with the source of all chance, ``dice``; it makes its own timeline from it."""
    settled = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    return settled(given(dice=st.integers(0, 2**48).map(random.Random))(test))


def counter(prefix: str = "n") -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


def media(dice: random.Random, kind: str = "video", **changes: Any) -> MediaSource:
    number = dice.randrange(40)
    values: dict[str, Any] = {
        "asset": f"a{number}",
        "sha256": f"{number:064x}",
        "kind": kind,
        "frame_count": 1 if kind == "image" else dice.randrange(8, 60),
        "rate": dice.choice(RATES) if dice.random() < 0.4 else Fraction(24),
        "has_sound": kind == "audio" or (kind == "video" and dice.random() < 0.7),
        "width": 64 if kind != "audio" else 0,
        "height": 36 if kind != "audio" else 0,
    }
    if kind == "audio":
        values |= {"rate": Fraction(48_000), "frame_count": dice.randrange(20_000, 120_000)}
    return MediaSource(**(values | changes))


def clip(dice: random.Random, name: str, start: int, kind: str, rate: Fraction) -> Clip:
    """Of a kind of track, with its whole duration inside the source."""
    if kind == "prompt":
        return Clip(name, start, dice.randrange(1, 12), PromptSource(f"prompt {name}", dice.choice([0, 0, 2])))
    kinds = ["audio", "video"] if kind == "audio" else ["video"] * 5 + ["image", "colour", "title"]
    chosen = dice.choice(kinds)
    if chosen == "colour":
        return Clip(name, start, dice.randrange(1, 12), ColourSource("#102030"), **extras(dice))
    if chosen == "title":
        return Clip(name, start, dice.randrange(1, 12), title(dice), **extras(dice))
    source = media(dice, chosen, **({"has_sound": True} if kind == "audio" else {}))
    speed = dice.choice(SPEEDS)
    first = Fraction(dice.randrange(source.frame_count))
    made = Clip(name, start, 1, source, first, speed, **extras(dice))
    longest = made
    for duration in range(2, dice.randrange(2, 14)):
        longer = Clip(name, start, duration, source, first, speed, **extras(dice))
        if not is_inside(longer, rate):
            break
        longest = longer
    return longest


def title(dice: random.Random) -> TitleSource:
    return TitleSource(
        dice.choice(["One", "Two\nlines", "Конец", "끝"]),
        dice.choice([0.1, 0.25]),
        colour=dice.choice(["#ffffff", "#ffcc00"]),
        outline=dice.choice([0.0, 0.05]),
        align=dice.choice(["left", "center", "right"]),
        line_spacing=dice.choice([0.25, 0.5]),
    )


def extras(dice: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if dice.random() < 0.3:
        frames = sorted(dice.sample(range(-3, 14), dice.randrange(1, 4)))
        keys = tuple(Keyframe(at, dice.choice([0.0, 0.25, 0.5, 1.0]), dice.choice(INTERPOLATIONS)) for at in frames)
        values["curves"] = (Curve(dice.choice(["opacity", "volume", "x"]), keys),)
    if dice.random() < 0.1:
        values["look"] = dice.choice(
            [
                Look((LookNode(Saturation(0.5)), LookNode(Lut("ab" * 32, 0.5), enabled=False))),
                Look((LookNode(Cdl(slope=(1.1, 1.0, 0.9)), mix=0.5),)),
            ]
        )
    if dice.random() < 0.05:
        values["enabled"] = False
    return values


def track(dice: random.Random, name: str, kind: Any, rate: Fraction) -> Track:
    clips: list[Clip] = []
    at = dice.choice([0, 0, 3])
    for index in range(dice.randrange(0, 7)):
        made = clip(dice, f"{name}-{index}", at, kind, rate)
        clips.append(made)
        at = made.end + dice.choice([0, 0, 0, 1, 5])
    return Track(name, kind, clips=tuple(clips))


def film(dice: random.Random, linked: bool = True, locked: bool = True) -> Timeline:
    """Two video tracks, two of audio, one of prompts; sounds of the first video track in sync below it."""
    rate = dice.choice(RATES)
    video = [track(dice, "v1", "video", rate), track(dice, "v2", "video", rate)]
    audio = [track(dice, "a2", "audio", rate)]
    first = video[0]
    if linked:
        first, sound = _with_sound(dice, first, rate)
    else:
        sound = track(dice, "a1", "audio", rate)
    tracks = [track(dice, "p1", "prompt", rate), sound, *audio, first, video[1]]
    if locked:
        tracks = [
            Track(each.id, each.kind, clips=each.clips, locked=dice.random() < 0.08, volume=dice.choice([1.0, 0.5]))
            for each in tracks
        ]
    tracks = [_with_transitions(dice, each, rate) for each in tracks]
    markers = sorted(dice.sample(range(60), dice.randrange(0, 3)))
    return Timeline(
        rate,
        64,
        36,
        tracks=tuple(tracks),
        markers=tuple(Marker(f"m{frame}", frame, name="here") for frame in markers),
    )


def _with_sound(dice: random.Random, picture: Track, rate: Fraction) -> tuple[Track, Track]:
    """Each picture with sound is linked with it; some sounds begin later or end earlier than their picture."""
    pictures, sounds = list(picture.clips), []
    for index, one in enumerate(picture.clips):
        if not isinstance(one.source, MediaSource) or not one.source.has_sound or dice.random() < 0.2:
            continue
        late = dice.choice([0, 0, 0, 1, 2])
        early = dice.choice([0, 0, 0, 1])
        if one.duration <= late + early:
            continue
        linked = replace(one, link=f"l-{one.id}")
        pictures[index] = linked
        sounds.append(
            Clip(
                f"s-{one.id}",
                one.start + late,
                one.duration - late - early,
                one.source,
                position(one, late, rate),
                one.speed,
                link=linked.link,
            )
        )
    return Track(picture.id, "video", clips=tuple(pictures)), Track("a1", "audio", clips=tuple(sounds))


def _with_transitions(dice: random.Random, on: Track, rate: Fraction) -> Track:
    if on.kind == "prompt":
        return on
    made: list[Transition] = []
    taken: dict[str, int] = {}
    for joint in transition_joints(on.clips):
        room = room_for(joint, rate)
        before = min(room.before, joint.left.duration - taken.get(joint.left.id, 0), dice.randrange(4))
        after = min(room.after, dice.randrange(4))
        if before + after and dice.random() < 0.5:
            taken[joint.right.id] = after
            kinds: list[Any] = ["dissolve", "dip", "wipe"] if on.kind == "video" else ["dissolve"]
            name = f"t-{joint.left.id}"
            made.append(Transition(name, joint.left.id, joint.right.id, before, after, dice.choice(kinds)))
    return Track(on.id, on.kind, clips=on.clips, transitions=tuple(made), locked=on.locked, volume=on.volume)


def command(dice: random.Random, timeline: Timeline) -> dict[str, Any]:
    """Any edit, more often than not one that can be done."""
    clips = [each.id for each in timeline.clips()] or ["none"]
    tracks = [each.id for each in timeline.tracks] or ["none"]
    one, other = dice.choice(clips), dice.choice(clips)
    frame, by = dice.randrange(0, 60), dice.randrange(-6, 7)
    maybe: dict[str, Any] = {"alone": True} if dice.random() < 0.2 else {}
    some: dict[str, Any] = {"tracks": dice.sample(tracks, min(len(tracks), 2))} if dice.random() < 0.15 else {}
    on = dice.choice(timeline.tracks) if timeline.tracks else None
    coming = [] if on is None else [{"track": on.id, "clip": a_new_clip(dice, on.kind, timeline.rate).to_data()}]
    end = frame + dice.randrange(1, 10)
    chosen: list[dict[str, Any]] = [
        {"edit": "insert", "clips": coming, "at": frame, **maybe, **some},
        {"edit": "overwrite", "clips": coming, "at": frame},
        {"edit": "append", "clips": coming},
        {"edit": "trim", "clip": one, "edge": dice.choice(["head", "tail"]), "by": by, **maybe},
        {"edit": "ripple_trim", "clip": one, "edge": dice.choice(["head", "tail"]), "by": by, **maybe, **some},
        {"edit": "roll", "clip": one, "by": by, **maybe},
        {"edit": "slip", "clip": one, "by": by, **maybe},
        {"edit": "slide", "clip": one, "by": by, **maybe},
        {"edit": "razor", "frame": frame, **({"track": dice.choice(tracks)} if dice.random() < 0.5 else {}), **maybe},
        {"edit": "lift", "start": frame, "end": end, **some},
        {"edit": "extract", "start": frame, "end": end, **maybe, **some},
        {"edit": "lift_clips", "clips": [one, other], **maybe},
        {"edit": "ripple_delete", "clips": [one, other], **maybe, **some},
        {"edit": "close_gap", "track": dice.choice(tracks), "frame": frame, **maybe, **some},
        {
            "edit": "move",
            "clips": [one] if dice.random() < 0.7 else [one, other],
            "to": frame,
            "mode": dice.choice(["overwrite", "insert", "magnetic"]),
            **({"track": dice.choice(tracks)} if dice.random() < 0.3 else {}),
            **maybe,
        },
        {"edit": "link", "clips": [one, other]},
        {"edit": "unlink", "clips": [one]},
        {
            "edit": "set_speed",
            "clip": one,
            "speed": str(dice.choice(SPEEDS)),
            "ripple": dice.random() < 0.5,
            **maybe,
        },
        {"edit": "set_parameter", "clip": one, "parameter": "opacity", "value": 0.5},
        {"edit": "set_keyframe", "clip": one, "parameter": "scale", "frame": dice.randrange(9), "value": 1.5},
        {"edit": "clear_parameter", "clip": one, "parameter": "opacity"},
        {"edit": "clear_keyframe", "clip": one, "parameter": "opacity", "frame": 0},
        {"edit": "set_clip", "clip": one, "name": "new", "enabled": dice.random() < 0.5},
        {"edit": "set_clip", "clip": one, "look": [{"kind": "exposure", "stops": 0.5}]},
        {"edit": "set_source", "clip": one, "source": {"kind": "colour", "colour": "#ff0000"}},
        {"edit": "set_source", "clip": one, "source": title(dice).to_data()},
        {"edit": "set_prompt", "clip": one, "text": "a red fox", "crossfade": 3},
        {"edit": "add_track", "kind": dice.choice(["video", "audio", "prompt"]), "index": dice.randrange(4)},
        {"edit": "remove_track", "track": dice.choice(tracks)},
        {"edit": "move_track", "track": dice.choice(tracks), "index": dice.randrange(5)},
        {"edit": "set_track", "track": dice.choice(tracks), "muted": True, "locked": dice.random() < 0.1},
        {"edit": "set_timeline", "width": 128, "look": [{"kind": "saturation", "amount": 0.5}]},
        {"edit": "add_marker", "frame": frame, "note": "look here"},
        {"edit": "set_marker", "marker": _marker(dice, timeline), "frame": frame, "name": "there"},
        {"edit": "remove_marker", "marker": _marker(dice, timeline)},
        {"edit": "clear_transition", "transition": _transition(dice, timeline)},
        {"edit": "set_transition", **_joint(dice, timeline)},
    ]
    return dice.choice(chosen)


def a_new_clip(dice: random.Random, kind: str, rate: Fraction) -> Clip:
    return clip(dice, f"c{dice.randrange(10**9)}", 0, kind, rate)


def _marker(dice: random.Random, timeline: Timeline) -> str:
    return dice.choice(timeline.markers).id if timeline.markers else "none"


def _transition(dice: random.Random, timeline: Timeline) -> str:
    found = [each.id for on in timeline.tracks for each in on.transitions]
    return dice.choice(found) if found else "none"


def _joint(dice: random.Random, timeline: Timeline) -> dict[str, Any]:
    joints = [joint for on in timeline.tracks for joint in transition_joints(on.clips)]
    kinds = {"kind": dice.choice(["dissolve", "dip", "wipe"]), "before": dice.randrange(4), "after": dice.randrange(4)}
    if not joints:
        return {"left": "none", "right": "nobody", **kinds}
    joint = dice.choice(joints)
    return {"left": joint.left.id, "right": joint.right.id, **kinds}
