"""Each bad input gets a 4xx in JSON, soon, and leaves neither a row nor a file nor memory behind."""

import json
import tempfile
import time
from pathlib import Path

import pytest

from tests.api.bad_inputs.cases import Case, all_cases
from tests.api.bad_inputs.studio import Target

_SECONDS = 2.0
_RESIDENT_BYTES = 200 * 2**20

with tempfile.TemporaryDirectory() as folder:
    CASES = all_cases(Path(folder))


def assert_refused(target: Target, case: Case) -> None:
    """Send it, and look at the answer, at the time it took, and at what is left."""
    before, memory = target.footprint(), target.resident_bytes()
    status, body, took = _sent(target, case)
    for _ in range(2):
        if took > _SECONDS:
            status, body, took = _sent(target, case)  # that may be the machine's fault: tests share it
    assert status in case.statuses, (status, body[:300])
    if status:
        error = json.loads(body)["error"]
        assert error["code"], body
        assert str(target.server.home) not in error["message"]
    assert took < _SECONDS
    assert target.footprint() == before
    assert target.resident_bytes() - memory < _RESIDENT_BYTES
    assert target.is_well(), target.log()[-2000:]


def _sent(target: Target, case: Case) -> tuple[int, bytes, float]:
    began = time.monotonic()
    status, body = case.send(target)
    return status, body, time.monotonic() - began


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_input_is_refused_and_leaves_nothing(target: Target, case: Case) -> None:
    assert_refused(target, case)
