"""A command: one edit as JSON, checked before it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from artifex.errors import BadInput, UnknownName
from artifex.timeline.commands.kinds import Kind
from artifex.timeline.edits.draft import NewId
from artifex.timeline.fields import Fields


@dataclass(frozen=True, slots=True)
class FieldSpec:
    kind: Kind
    required: bool = True


def needed(kind: Kind) -> FieldSpec:
    return FieldSpec(kind)


def optional(kind: Kind) -> FieldSpec:
    """A field that may be left out; the edit's default holds then."""
    return FieldSpec(kind, required=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """``run`` takes a timeline or a project, and the fields by name.

    Its docstring up to "Raises" is the ``meaning`` that users of the API read.
    """

    run: Callable[..., Any]
    fields: Mapping[str, FieldSpec]
    of: Literal["timeline", "project"] = "timeline"
    makes_ids: bool = False
    """Whether ``run`` takes ``new_id``."""

    @property
    def meaning(self) -> str:
        return " ".join((self.run.__doc__ or "").split("Raises")[0].split())


@dataclass(frozen=True, slots=True)
class Command:
    """``data`` is JSON with every new id filled in, so that it can be repeated; ``values`` are the fields as parsed."""

    edit: str
    data: Mapping[str, Any]
    values: Mapping[str, Any]

    def to_data(self) -> dict[str, Any]:
        return {"edit": self.edit, **self.data}


def read_command(table: Mapping[str, Edit], data: object, new_id: NewId) -> Command:
    """Raises BadInput, naming the field that is missing, unknown or wrong; UnknownName for an unknown edit."""
    if not isinstance(data, Mapping):
        raise BadInput('A command is an object like {"edit": "trim", ...}.')
    given = dict(cast("Mapping[str, Any]", data))
    name = given.pop("edit", None)
    if not isinstance(name, str) or name not in table:
        raise UnknownName(f"There is no edit {name!r:.40}; there are {', '.join(sorted(table))}.")
    edit = table[name]
    completed = _completed(edit, given, new_id)
    fields = Fields(completed, name)
    values = {key: spec.kind.read(fields, key) for key, spec in edit.fields.items() if key in fields or spec.required}
    fields.finish()
    return Command(name, completed, values)


def describe(table: Mapping[str, Edit]) -> list[dict[str, Any]]:
    """Every command with its fields, in order of name, as JSON."""
    return [_described(name, table[name]) for name in sorted(table)]


def _described(name: str, edit: Edit) -> dict[str, Any]:
    fields = [
        {"name": key, "required": spec.required and not spec.kind.makes_id, "schema": spec.kind.schema}
        for key, spec in edit.fields.items()
    ]
    return {"edit": name, "of": edit.of, "meaning": edit.meaning, "fields": fields}


def _completed(edit: Edit, given: dict[str, Any], new_id: NewId) -> dict[str, Any]:
    """The fields with new ids filled in; ``null`` is the same as leaving a field out."""
    completed = {name: value for name, value in given.items() if value is not None}
    for name, spec in edit.fields.items():
        if spec.kind.makes_id and name not in completed:
            completed[name] = new_id()
        if spec.kind.complete is not None and name in completed:
            completed[name] = spec.kind.complete(completed[name], new_id)
    return completed
