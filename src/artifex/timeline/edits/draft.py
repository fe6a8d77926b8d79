"""A mutable draft of a timeline, used inside edits.

Every edit is a function from a timeline to a new timeline; inside, it opens a draft. The new timeline shares with the
old one what the draft did not touch, so that an edit costs only what it changes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

from artifex.errors import BadInput, Conflict, NotFound
from artifex.timeline.clip import FINEST, MOST_FRAMES, Clip
from artifex.timeline.fields import is_id
from artifex.timeline.joints import settled
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition
from artifex.timeline.validate import misplaced
from artifex.units import counted

NewId = Callable[[], str]
"""Returns an id that no clip, track, link, ... of the project has, such as ``uuid4().hex``."""


def shown(clip: Clip) -> str:
    """How messages name a clip."""
    return f"“{clip.name}”" if clip.name else f"the clip {clip.id}"


class Draft:
    """``alone``: clips are edited without those linked to them."""

    def __init__(self, timeline: Timeline, alone: bool = False) -> None:
        self.timeline = timeline
        self.rate = timeline.rate
        self.alone = alone
        self._tracks = {track.id: track for track in timeline.tracks}
        self._track_of = {clip.id: track.id for track in timeline.tracks for clip in track.clips}
        self._clips: dict[str, dict[str, Clip]] = {}
        self._transitions: dict[str, list[Transition]] = {}

    def track(self, track_id: str) -> Track:
        """The track as it was before the edit. Raises NotFound."""
        return self.timeline.track(track_id)

    def clips(self, track_id: str) -> Iterable[Clip]:
        """The track's clips as they are now; in order only if nothing on it was changed."""
        changed = self._clips.get(track_id)
        return self._tracks[track_id].clips if changed is None else list(changed.values())

    def ordered(self, track_id: str) -> list[Clip]:
        return sorted(self.clips(track_id), key=_start)

    def all_clips(self) -> Iterator[tuple[str, Clip]]:
        """All clips, each with its track's id."""
        for track_id in self._tracks:
            for clip in self.clips(track_id):
                yield track_id, clip

    def track_of(self, clip_id: str) -> str:
        """Raises NotFound."""
        if clip_id not in self._track_of:
            raise NotFound(f"There is no clip {clip_id!r:.70}.")
        return self._track_of[clip_id]

    def clip(self, clip_id: str) -> Clip:
        """The clip as it is now. Raises NotFound."""
        track_id = self.track_of(clip_id)
        changed = self._clips.get(track_id)
        if changed is not None:
            return changed[clip_id]
        return next(clip for clip in self._tracks[track_id].clips if clip.id == clip_id)

    def group(self, clip_id: str) -> list[Clip]:
        """The clip, followed by those linked to it unless ``alone``."""
        clip = self.clip(clip_id)
        if clip.link is None or self.alone:
            return [clip]
        return [clip, *(each for _, each in self.all_clips() if each.link == clip.link and each.id != clip_id)]

    def groups(self, clip_ids: Iterable[str]) -> list[Clip]:
        """The clips and those linked to them unless ``alone``, each once."""
        found = {clip.id: clip for clip_id in clip_ids for clip in self.group(clip_id)}
        return list(found.values())

    def change(self, clip: Clip) -> None:
        """Replace the clip that has this one's id. Raises Conflict on a locked track."""
        _check_exact(clip)
        self._open(self.track_of(clip.id))[clip.id] = clip

    def put(self, track_id: str, clip: Clip) -> None:
        """Add a clip to a track. Raises BadInput, NotFound, Conflict."""
        track = self.track(track_id)
        if clip.id in self._track_of or not is_id(clip.id):
            raise Conflict(f"The id {clip.id!r:.70} cannot be given to a new clip; choose another.")
        if (unfit := misplaced(clip, track)) is not None:
            raise BadInput(unfit)
        _check_exact(clip)
        self._open(track_id)[clip.id] = clip
        self._track_of[clip.id] = track_id

    def remove(self, clip_id: str) -> None:
        """Raises Conflict on a locked track."""
        del self._open(self.track_of(clip_id))[clip_id]
        del self._track_of[clip_id]

    def continue_transition(self, clip: Clip, rest: Clip) -> None:
        """Move the transition at the end of ``clip`` to the end of ``rest``."""
        track_id = self.track_of(clip.id)
        self._transitions[track_id] = [
            replace(each, left=rest.id) if each.left == clip.id else each for each in self.transitions(track_id)
        ]

    def transitions(self, track_id: str) -> list[Transition]:
        return self._transitions.get(track_id) or list(self._tracks[track_id].transitions)

    def unlocked(self, chosen: Iterable[str] | None) -> list[str]:
        """Ids of the chosen tracks, or if None of all unlocked ones. Raises Conflict for a locked one, NotFound."""
        if chosen is None:
            return [track.id for track in self.timeline.tracks if not track.locked]
        return [self._unlocked(track_id) for track_id in dict.fromkeys(chosen)]

    def done(self) -> Timeline:
        """The new timeline. Raises BadInput when clips would overlap or lie outside it."""
        changed = {track_id: self._finished(track_id) for track_id in self._clips}
        tracks = tuple(changed.get(track.id, track) for track in self.timeline.tracks)
        return replace(self.timeline, tracks=_without_single_links(tracks))

    def _open(self, track_id: str) -> dict[str, Clip]:
        if track_id not in self._clips:
            self._clips[self._unlocked(track_id)] = {clip.id: clip for clip in self._tracks[track_id].clips}
        return self._clips[track_id]

    def _unlocked(self, track_id: str) -> str:
        track = self.track(track_id)
        if track.locked:
            raise Conflict(f"The track {track.shown_name} is locked; unlock it first, or edit without linked clips.")
        return track_id

    def _finished(self, track_id: str) -> Track:
        track = self._tracks[track_id]
        clips = tuple(self.ordered(track_id))
        _check_places(track, clips)
        return replace(track, clips=clips, transitions=settled(self.transitions(track_id), clips, self.rate))


def _check_exact(clip: Clip) -> None:
    if clip.source_start.denominator > FINEST:
        raise BadInput(f"{shown(clip)} was cut at too many different speeds to stay exact; set its speed anew.")


def _check_places(track: Track, clips: tuple[Clip, ...]) -> None:
    if clips and clips[0].start < 0:
        raise BadInput(f"{shown(clips[0])} would begin {counted(-clips[0].start, 'frame')} before the timeline does.")
    if clips and clips[-1].end > MOST_FRAMES:
        raise BadInput("The timeline would become too long.")
    for here, there in pairwise(clips):
        if there.start < here.start + here.duration:
            raise BadInput(
                f"On track {track.shown_name}, {shown(there)} would lie over {shown(here)} "
                f"by {counted(here.end - there.start, 'frame')}; make room first."
            )


def _without_single_links(tracks: tuple[Track, ...]) -> tuple[Track, ...]:
    """Remove links that only one clip has left."""
    sizes = Counter(clip.link for track in tracks for clip in track.clips if clip.link is not None)
    single = {link for link, size in sizes.items() if size == 1}
    return tuple(_unlinked(track, single) for track in tracks) if single else tracks


def _unlinked(track: Track, links: set[str]) -> Track:
    if not any(clip.link in links for clip in track.clips):
        return track
    return replace(track, clips=tuple(replace(clip, link=None) if clip.link in links else clip for clip in track.clips))


_start = attrgetter("start")
