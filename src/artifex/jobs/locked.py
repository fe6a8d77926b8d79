"""JSON files that several processes read, change and write as a whole."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from artifex.files import sweep
from artifex.locks import hold

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock and remove partial writes of killed processes. Raises NotWritable or OutOfSpace."""
    with hold(path.with_suffix(".lock")):
        sweep(path.parent, path.name)
        yield


def read_json(
    path: Path, file_format: int, parse: Callable[[dict[str, Any]], Mapping[str, _T]], remedy: str
) -> Mapping[str, _T]:
    """Read the file with ``parse``; empty if it is missing or, with a warning, if it cannot be understood.

    ``remedy`` ends the warning: how the file's content is replaced.
    """
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != file_format:
            raise ValueError(f"format {data['format']}")
        return parse(data)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("%s is ignored (%s); %s.", path, error, remedy)
        return {}
