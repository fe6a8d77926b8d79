"""Moves films between libraries: which files a film needs, copies of them, and the ids that they have elsewhere."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from artifex.errors import BadInput, BadReference
from artifex.files import file_name, hash_file, make_folder, publish
from artifex.grades import Lut
from artifex.jobs.films.shots import FindByContent
from artifex.media.identify import SUFFIXES, identify
from artifex.recipe import parse_recipe_data
from artifex.store.asset_rows import AssetRow
from artifex.store.blobs import Blobs
from artifex.timeline.clip import Clip
from artifex.timeline.interchange.exported import library_url
from artifex.timeline.looks import Look
from artifex.timeline.project import Project
from artifex.timeline.shots import AssetInput, Input, Shot, Take
from artifex.timeline.sources import MediaSource

LORA_SUFFIX = ".safetensors"

FindById = Callable[[str], AssetRow | None]
"""Finds a library file by its id; None if there is none."""


def contents_of(project: Project) -> dict[str, str]:
    """The sha256 of everything that a film needs, with names for people: what its clips show, all takes, what shots are
    made from and with, and tables of looks."""
    clips = [clip.source for clip in project.timeline.clips() if isinstance(clip.source, MediaSource)]
    found = {media.sha256: media.name or media.asset for media in (*clips, *project.assets)}
    for shot in project.shots:
        for given in shot.inputs:
            if isinstance(given, AssetInput):
                found.setdefault(given.sha256, f"{given.role} of {shot.name or shot.id}")
        for sha256, name in _loras(shot):
            found.setdefault(sha256, name)
    for look in _looks(project):
        for node in look.nodes:
            if isinstance(node.grade, Lut):
                found.setdefault(node.grade.sha256, "table of colours")
    return found


def _loras(shot: Shot) -> Iterator[tuple[str, str]]:
    """Nothing of a recipe that cannot be read, which is told when a take is asked for."""
    with suppress(BadInput):
        for lora in parse_recipe_data({**shot.recipe, "references": []}).loras:
            yield lora.sha256, f"{lora.name.removesuffix(LORA_SUFFIX)}{LORA_SUFFIX}"


def _looks(project: Project) -> Iterator[Look]:
    yield project.timeline.look
    for track in project.timeline.tracks:
        yield track.look
        yield from (clip.look for clip in track.clips)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Copies of a film's files, by sha256; ``lost`` has a sentence for each that the library does not have."""

    files: dict[str, Path]
    lost: tuple[str, ...]

    def url_of(self, media: MediaSource) -> str:
        file = self.files.get(media.sha256)
        return library_url(media) if file is None else file.resolve().as_uri()


def gathered(project: Project, blobs: Blobs, folder: Path) -> Gathered:
    """Copy all files of a film to a folder, under names for people. Those that are there already are not copied again.

    Raises OutOfSpace, NotWritable, StorageFailed.
    """
    make_folder(folder)
    files: dict[str, Path] = {}
    lost: list[str] = []
    for sha256, name in contents_of(project).items():
        try:
            source = blobs.path(sha256)
        except BadReference:
            lost.append(f"{name} is missing from the library, or was damaged there, and is left out.")
            continue
        files[sha256] = folder / _copy_name(name, sha256, source)
        if not _is_there(files[sha256], sha256):
            with publish(files[sha256]) as temporary:
                shutil.copyfile(source, temporary)
    return Gathered(files, tuple(lost))


def _copy_name(name: str, sha256: str, content: Path) -> str:
    """The beginning of the hash keeps apart what has the same name."""
    kind = identify(content)
    suffix = SUFFIXES.get(kind[1], "") if kind else Path(name).suffix
    return f"{file_name(name.removesuffix(suffix), 'media', '')}-{sha256[:8]}{suffix}"


def _is_there(file: Path, sha256: str) -> bool:
    try:
        return hash_file(file) == sha256
    except OSError:
        return False


def found_in(paths: Iterable[Path], wanted: set[str]) -> Iterator[tuple[str, Path]]:
    """The files, also in folders and their folders, that have one of the wanted contents; each content once."""
    left = set(wanted)
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if left and (sha256 := _media_hash(file)) in left:
                left.discard(sha256)
                yield sha256, file


def _media_hash(file: Path) -> str | None:
    """None for what no film can use, of which only the first bytes are read."""
    try:
        is_usable = file.is_file() and (file.suffix == LORA_SUFFIX or identify(file) is not None)
        return hash_file(file) if is_usable else None
    except (BadReference, OSError):
        return None


def at_home(project: Project, by_id: FindById, by_content: FindByContent) -> Project:
    """The project with the ids that its media have in this library, which are others than where it was exported.

    What is not here keeps its id.
    """
    return _Mover(by_id, by_content).moved(project)


@dataclass(slots=True)
class _Mover:
    by_id: FindById
    by_content: FindByContent
    _known: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def moved(self, project: Project) -> Project:
        takes: dict[str, str] = {}
        for media in project.assets:
            name = self._id(media.asset, media.sha256)
            # Two assets of the same content stay two, as takes of one shot have to.
            takes[media.asset] = media.asset if name in takes.values() else name
        timeline = project.timeline
        tracks = (replace(track, clips=tuple(map(self._clip, track.clips))) for track in timeline.tracks)
        return replace(
            project,
            timeline=timeline.with_tracks(tracks),
            assets=tuple(replace(media, asset=takes[media.asset]) for media in project.assets),
            shots=tuple(self._shot(shot, takes) for shot in project.shots),
        )

    def _clip(self, clip: Clip) -> Clip:
        source = clip.source
        if not isinstance(source, MediaSource):
            return clip
        return replace(clip, source=replace(source, asset=self._id(source.asset, source.sha256)))

    def _shot(self, shot: Shot, takes: dict[str, str]) -> Shot:
        return replace(
            shot,
            inputs=tuple(map(self._input, shot.inputs)),
            takes=tuple(_named_take(take, takes) for take in shot.takes),
        )

    def _input(self, given: Input) -> Input:
        return replace(given, asset=self._id(given.asset, given.sha256)) if isinstance(given, AssetInput) else given

    def _id(self, asset: str, sha256: str) -> str:
        if (asset, sha256) not in self._known:
            same = self.by_id(asset)
            here = same if same is not None and same.sha256 == sha256 else self.by_content(sha256)
            self._known[asset, sha256] = asset if here is None else here.id
        return self._known[asset, sha256]


def _named_take(take: Take, names: dict[str, str]) -> Take:
    treated = take.treated
    if treated is not None:
        treated = replace(treated, asset=names.get(treated.asset, treated.asset))
    return replace(take, asset=names[take.asset], treated=treated)
