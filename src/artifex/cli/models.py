"""``artifex models``: list, pull, add, convert, verify, remove and choose models."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artifex.cli.door import CANNOT_RUN
from artifex.cli.media_options import Overwrite
from artifex.cli.options import AsJson
from artifex.errors import BadInput, Interrupted

if TYPE_CHECKING:
    from artifex.catalog.manifest import Fault
    from artifex.catalog.shelf import Shelf
    from artifex.catalog.spec import ModelSpec
    from artifex.jobs.work.pull import Pulled

app = typer.Typer(help="List the models; pull, add, verify, remove or choose one; convert weights.")

Name = Annotated[str, typer.Argument(help="A model; 'artifex models' lists them.", metavar="NAME")]


@app.callback(invoke_without_command=True)
def models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models, what they can do and their native shape; or pull, add, verify, remove or choose one."""
    if context.invoked_subcommand is None:
        list_models(as_json)
    elif as_json:
        context.default_map = {context.invoked_subcommand: {"as_json": True}}


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models, what they can do and their native shape."""
    from artifex.cli import model_list

    rows = model_list.rows(_shelf())
    if as_json:
        print(json.dumps({"models": rows}))
    else:
        model_list.show(rows)


@app.command()
def pull(
    name: Name,
    update: Annotated[
        bool, typer.Option("--update", help="Take what the hub has now, instead of the version installed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Download a model, or repair it. After a crash, or Ctrl-C, the same command goes on from where it stopped."""
    from artifex.catalog.registry import require_pullable
    from artifex.cli.transfer import Transfer
    from artifex.jobs.work.pull import pull as pull_model
    from artifex.store.hub import HubClient
    from artifex.store.retry import Backoff

    shelf, backoff = _shelf(), Backoff()
    spec = require_pullable(name, shelf.root)
    with Transfer(quiet=as_json) as transfer:
        try:
            pulled = pull_model(spec, shelf, HubClient(backoff), backoff, transfer, update)
        except KeyboardInterrupt as stopped:
            raise Interrupted("Stopped; what was received is kept. The same command goes on from there.") from stopped
    print(json.dumps(_pulled_data(pulled)) if as_json else _pulled_words(pulled))


@app.command()
def add(
    folder: Annotated[str, typer.Argument(help="Where the weights and their config files lie.", metavar="DIR")],
    name: Annotated[str | None, typer.Option(help="What to call it.", metavar="NAME")] = None,
    like: Annotated[
        str | None, typer.Option(help="The model it is a variant of, for networks of other widths.", metavar="NAME")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Use a model that lies on this machine already. Its files are read, and left where they are."""
    from artifex.catalog.adopt import adopt
    from artifex.cli.transfer import Hashing
    from artifex.units import show_bytes

    if "\0" in folder:
        raise BadInput("The folder's name is not valid; give the one the model's files lie in.")
    with Hashing(quiet=as_json) as hashing:
        model = adopt(_shelf(), Path(folder), name, hashing.file, like)
    if as_json:
        print(json.dumps({"name": model.name, "like": model.like, "folder": str(model.folder), "bytes": model.size}))
    else:
        print(f"{model.name} is ready: like {model.like}, {len(model.files)} files, {show_bytes(model.size)}.")


@app.command()
def convert(
    file: Annotated[str, typer.Argument(help="A .pth.", metavar="FILE")],
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="A .safetensors; FILE.safetensors if left out.", metavar="FILE")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write a .pth as .safetensors, the one format that is taken from anybody. Nothing in the file is run."""
    from artifex.catalog.converting import convert_weights
    from artifex.cli.outputs import claimed_place

    source = Path(file)
    target = source.parent / f"{source.stem}.safetensors" if output is None else Path(output)
    with claimed_place(target, overwrite, (source,)):
        count = convert_weights(source, target)
    print(json.dumps({"file": str(target), "tensors": count}) if as_json else target)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="A model; all that are installed, without one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read every byte of one model, or all, and compare with what was installed. Exit code 3 if any differs."""
    from artifex.catalog import manifest, registry
    from artifex.cli.transfer import Hashing

    shelf = _shelf()
    known = registry.models(shelf.root).values()
    chosen = [registry.find_model(name, shelf.root)] if name else [spec for spec in known if spec.folder is not None]
    with Hashing(quiet=as_json) as hashing:
        found = {spec: manifest.verify(spec, hashing.file) for spec in chosen}
    if as_json:
        print(json.dumps({"models": [_verified_data(spec, faults) for spec, faults in found.items()]}))
    else:
        for spec, faults in found.items():
            _tell_verified(spec, faults)
    if any(found.values()):
        raise typer.Exit(CANNOT_RUN)


@app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a model that was pulled; of one that was added, only forget it."""
    from artifex.catalog.registry import require_removable
    from artifex.units import show_bytes

    shelf = _shelf()
    require_removable(name, shelf.root)
    model = shelf.find(name)
    theirs = model is not None and model.source is None
    if not yes and not as_json and sys.stdin.isatty():
        size = "its unfinished download" if model is None else show_bytes(model.size)
        typer.confirm(f"Forget {name}?" if theirs else f"Delete {name} ({size})?", abort=True)
    with shelf.hold(name):
        shelf.remove(name)
    if as_json:
        print(json.dumps({"removed": name, "files_deleted": not theirs}))
    else:
        print(f"{name} is forgotten; its files stay in {model.folder}." if theirs and model else f"{name} is deleted.")


@app.command()
def use(name: Name, as_json: AsJson = False) -> None:
    """Make a model the one that is taken when none is named."""
    from artifex.catalog.manifest import require_folder
    from artifex.catalog.registry import find_model

    shelf = _shelf()
    require_folder(find_model(name, shelf.root))
    shelf.choose_default(name)
    print(json.dumps({"default": name}) if as_json else f"{name} is the default now.")


def _shelf() -> "Shelf":
    from artifex.catalog.shelf import Shelf
    from artifex.settings import read_settings

    return Shelf(read_settings().models)


def _pulled_data(pulled: "Pulled") -> dict[str, Any]:
    model = pulled.model
    return {
        "name": model.name,
        "began": pulled.began,
        "folder": str(model.folder),
        "repository": model.source.repository if model.source else None,
        "commit": model.source.commit if model.source else None,
        "bytes": model.size,
        "files": len(model.files),
        "fetched": list(pulled.fetched),
    }


def _pulled_words(pulled: "Pulled") -> str:
    from artifex.units import show_bytes

    model = pulled.model
    if pulled.began == "offline":
        return f"{model.name} is installed and whole. No hub could be asked whether there is a newer one."
    if pulled.began == "complete":
        return f"{model.name} is installed and whole; nothing was left to do."
    return f"{model.name} is ready: {len(model.files)} files, {show_bytes(model.size)}."


def _verified_data(spec: "ModelSpec", faults: "tuple[Fault, ...]") -> dict[str, Any]:
    return {
        "name": spec.name,
        "intact": not faults,
        "faults": [{"file": str(fault.path), "what": fault.what} for fault in faults],
    }


def _tell_verified(spec: "ModelSpec", faults: "tuple[Fault, ...]") -> None:
    from artifex.catalog.manifest import remedy

    if not faults:
        print(f"{spec.name}: whole")
        return
    for fault in faults:
        print(f"{spec.name}: {fault.path} is {fault.what}")
    print(f"{spec.name}: {remedy(spec)}")
