"""Runs commands, and turns their errors into one sentence or JSON object on stderr and an exit code."""

import errno
import json
import sys
from collections.abc import Callable
from typing import cast

import typer

from artifex.cli.signals import interrupted_status
from artifex.errors import ArtifexError, BadInput, CannotRun, Interrupted, OutOfSpace

OK, BAD_INPUT, CANNOT_RUN = 0, 2, 3
_TYPERS_CTRL_C = 130
"""What typer returns for an interruption that it catches itself, whatever the signal was."""

_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)
"""The base class of errors about the command line itself; Typer exports only some of its subclasses."""


def exit_code(error: ArtifexError) -> int:
    if isinstance(error, BadInput):
        return BAD_INPUT
    return interrupted_status() if isinstance(error, Interrupted) else CANNOT_RUN


def run_command(command: Callable[[], object], as_json: bool) -> int:
    """Run a command; returns its exit code, after printing an error to stderr (as JSON if ``as_json``)."""
    try:
        result = command()
        sys.stdout.flush()
    except ArtifexError as error:
        return _refuse(error.code, _words(error), exit_code(error), as_json)
    except (KeyboardInterrupt, typer.Abort):
        return _refuse(Interrupted.code, "Stopped.", interrupted_status(), as_json)
    except (BrokenPipeError, SystemExit):  # SystemExit is what typer and rich turn a broken pipe into
        sys.stderr.close()  # the reader of our output is gone; Python would complain about it at exit
        return OK
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return _refuse(OutOfSpace.code, "The disk is full; free some space and try again.", CANNOT_RUN, as_json)
    except MemoryError:
        message = "The machine ran out of memory; choose a smaller size or fewer frames."
        return _refuse("does_not_fit", message, CANNOT_RUN, as_json)
    except typer.Exit as leaving:
        return leaving.exit_code
    except _UsageError as error:
        return _refuse(BadInput.code, _usage(error), BAD_INPUT, as_json)
    if result == _TYPERS_CTRL_C:
        return _refuse(Interrupted.code, "Stopped.", interrupted_status(), as_json)
    return result if isinstance(result, int) else OK


def _words(error: ArtifexError) -> str:
    """The message; where what cannot be written is in the folder of all state, with the variable that chooses it."""
    if not isinstance(error, CannotRun) or error.path is None:
        return error.message
    from artifex.settings import about_home

    return f"{error.message} {about_home(error.path)}".rstrip()


def _usage(error: typer.BadParameter) -> str:
    words = error.format_message()
    if error.ctx is not None and words == error.ctx.get_help():  # a command group was named without a command
        return words
    if words.startswith("Got unexpected extra argument"):
        return f"{words}; put what holds spaces into quotes. --help shows the options."
    words = _misfit(error) or words
    return (
        f"{words} --help shows them all." if words.endswith("?") else f"{words.rstrip('.')}; --help shows the options."
    )


def _misfit(error: typer.BadParameter) -> str | None:
    """What an option takes and what came instead; None for complaints of another kind."""
    from pydantic import ValidationError

    cause, param = error.__cause__, getattr(error, "param", None)
    if not isinstance(cause, ValidationError) or param is None:
        return None
    [fault, *_] = cause.errors()
    name = max(param.opts, key=len)
    match fault["type"], fault.get("ctx", {}):
        case "int_parsing" | "int_from_float" | "int_parsing_size", _:
            return f"{name} takes a whole number, not {fault['input']!r:.40}"
        case "float_parsing", _:
            return f"{name} takes a number, not {fault['input']!r:.40}"
        case "greater_than_equal", {"ge": least}:
            return f"{name} takes {least} or more, not {fault['input']!r:.40}"
        case "less_than_equal", {"le": most}:
            return f"{name} takes {most} or less, not {fault['input']!r:.40}"
        case "value_error", {"error": reason}:
            return f"{name}: {reason}"
        case _:
            return None


def _refuse(code: str, message: str, status: int, as_json: bool) -> int:
    text = json.dumps({"error": {"code": code, "message": message}}) if as_json else message
    print(text, file=sys.stderr)
    return status
