"""A project: the timeline, the shots that it shows, the assets it uses, and the models that shots are made with."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from artifex.errors import BadInput, NotFound
from artifex.recipe import ModelLock
from artifex.timeline.fields import Fields, parse_json
from artifex.timeline.reading import parse_timeline_data
from artifex.timeline.shots import Shot, parse_shot
from artifex.timeline.sources import MediaSource, parse_media
from artifex.timeline.timeline import Timeline
from artifex.timeline.upgrade import PROJECT_FORMAT, upgraded_project

_MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Project:
    """``models`` pins model weights by hash, in order of name, so that shots stay reproducible."""

    id: str
    name: str
    timeline: Timeline
    shots: tuple[Shot, ...] = ()
    assets: tuple[MediaSource, ...] = ()
    models: tuple[ModelLock, ...] = ()

    def shot(self, shot_id: str) -> Shot:
        """Raises NotFound."""
        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        raise NotFound(f"There is no shot {shot_id!r:.70}.")

    def asset(self, asset_id: str) -> MediaSource:
        """Raises NotFound."""
        for asset in self.assets:
            if asset.asset == asset_id:
                return asset
        raise NotFound(f"The project has no asset {asset_id!r:.70}.")

    def accepted_media(self, shot_id: str) -> MediaSource | None:
        """The media of a shot's accepted take; None before one is accepted. Raises NotFound."""
        take = self.shot(shot_id).accepted
        return None if take is None else self.asset(take.asset)

    def with_shot(self, shot: Shot) -> "Project":
        """With a shot that replaces the one with its id, or is added as the last."""
        if any(each.id == shot.id for each in self.shots):
            return replace(self, shots=tuple(shot if each.id == shot.id else each for each in self.shots))
        return replace(self, shots=(*self.shots, shot))

    def with_asset(self, asset: MediaSource) -> "Project":
        """With an asset that replaces the one with its id, or is added as the last."""
        if any(each.asset == asset.asset for each in self.assets):
            return replace(self, assets=tuple(asset if each.asset == asset.asset else each for each in self.assets))
        return replace(self, assets=(*self.assets, asset))

    def to_data(self) -> dict[str, Any]:
        """Plain JSON, with the format's number first."""
        return {
            "format": PROJECT_FORMAT,
            "id": self.id,
            "name": self.name,
            "timeline": self.timeline.to_data(),
            "shots": [shot.to_data() for shot in self.shots],
            "assets": [asset.to_data() for asset in self.assets],
            "models": [model_data(model) for model in self.models],
        }


def model_data(model: ModelLock) -> dict[str, Any]:
    return {"name": model.name, "files": dict(model.files)}


def parse_project(text: str | bytes) -> Project:
    """A project from untrusted JSON, checked. Raises BadInput."""
    return parse_project_data(parse_json(text, "The project"))


def parse_project_data(data: object) -> Project:
    """As :func:`parse_project`, from JSON already parsed. Raises BadInput."""
    from artifex.timeline.build_graph import check_graph  # which imports this module

    fields = Fields(upgraded_project(data, "project"), "project")
    fields.raw("format")
    project = Project(
        id=fields.id("id"),
        name=fields.text("name"),
        timeline=parse_timeline_data(fields.raw("timeline"), fields.at("timeline")),
        shots=fields.each("shots", parse_shot),
        assets=fields.each("assets", parse_media),
        models=fields.each("models", parse_model),
    )
    fields.finish()
    _check_unique("shot", [shot.id for shot in project.shots])
    _check_unique("asset", [asset.asset for asset in project.assets])
    _check_unique("model", [model.name for model in project.models])
    check_graph(project)
    return project


def parse_model(data: object, where: str) -> ModelLock:
    """Raises BadInput."""
    fields = Fields(data, where)
    name = fields.text("name")
    given = fields.raw("files", {})
    files = Fields(given, fields.at("files"))
    if len(given) > _MOST_FILES:
        raise BadInput(f"{where}.files has more than {_MOST_FILES:,} entries.")
    locked = tuple((path, files.sha256(path)) for path in sorted(given))
    fields.finish()
    return ModelLock(name, locked)


def _check_unique(what: str, names: list[str]) -> None:
    for name, count in Counter(names).most_common(1):
        if count > 1:
            raise BadInput(f"The {what} {name} is there {count} times.")
