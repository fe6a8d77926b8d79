"""``artifex licenses``: the licences of the program, its models and packages."""

import json
from dataclasses import asdict

from artifex import __version__
from artifex.cli.options import AsJson


def licenses(as_json: AsJson = False) -> None:
    """List the licence of the program, of its models and of every package it uses."""
    from artifex.catalog.registry import models
    from artifex.licences import PROGRAM_LICENCE, installed_packages

    packages = installed_packages()
    checkpoints = tuple(models().values())
    if as_json:
        data = {
            "program": {"name": "artifex", "version": __version__, "licence": PROGRAM_LICENCE},
            "models": [{"name": spec.name, "licence": spec.licence} for spec in checkpoints],
            "packages": [asdict(package) for package in packages],
        }
        print(json.dumps(data))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"Artifex {__version__}: {PROGRAM_LICENCE}", highlight=False)
    for spec in checkpoints:
        console.print(f"Model {spec.name}: {spec.licence}", highlight=False)
    table = Table("package", "version", "licence", "note")
    for package in packages:
        table.add_row(package.name, package.version, package.licence, package.note)
    console.print(table)
