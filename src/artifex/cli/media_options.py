"""Arguments and options shared by commands of ``artifex media``."""

from typing import Annotated

import typer

File = Annotated[str, typer.Argument(help="A video: mp4, mov, mkv, webm or ts.", metavar="FILE")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is already there.")]
