"""The process that opens one untrusted file: it drops its privileges, does one task, and ends.

It reads its task from one line of JSON on standard input. Each answer on standard output is a line of JSON, then the
bytes of the arrays that the line announces; the last line says how it ended. It waits while nobody reads.
"""

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def main() -> None:
    request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # libraries that print must not be taken for an answer
    from artifex.media.jail import give_up_network_and_privileges, limit_resources, refuse_calls, see_only

    lacking = give_up_network_and_privileges()  # before numpy starts threads
    from pathlib import Path

    from artifex.errors import BadReference
    from artifex.media.sandboxed_work import WORK

    path = Path(request["path"])
    lacking += see_only(path) if path.is_file() else []
    lacking += limit_resources(request["cpu_seconds"])
    lacking += refuse_calls()
    refusal: str | None = None
    try:
        for value, arrays in WORK[request["work"]](path, *request["arguments"]):
            _answer(output, value, arrays)
    except BadReference as error:
        refusal = error.message
    except MemoryError:
        refusal = f"{path} takes more memory than one file may; give a smaller one."
    _tell(output, {"end": {"refusal": refusal, "lacking": lacking}})
    os._exit(0)  # nothing is left to be tidied up, and threads of decoders need not be waited for


def _answer(output: IO[bytes], value: Any, arrays: "list[NDArray[np.generic]]") -> None:
    parts = [{"dtype": array.dtype.name, "shape": array.shape} for array in arrays]
    _tell(output, {"value": value, "parts": parts})
    for array in arrays:
        output.write(array.data.cast("B") if array.size else b"")
    output.flush()


def _tell(output: IO[bytes], line: dict[str, Any]) -> None:
    output.write(json.dumps(line).encode() + b"\n")
    output.flush()


if __name__ == "__main__":
    main()
