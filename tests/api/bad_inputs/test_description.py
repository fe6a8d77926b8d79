"""The whole API as it describes itself, asked at random: no fault, and no answer that it does not describe."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.bad_inputs.studio import running_target

_SECONDS = int(os.environ.get("ARTIFEX_SCHEMA_SECONDS", "25"))
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
_ENDLESS = "streamEvents"


def test_no_request_that_fits_or_breaks_the_description_makes_the_server_fail(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """As an administrator, doors that delete included, so it has a server of its own."""
    folder = tmp_path_factory.mktemp("described")
    with running_target(folder, accounts=True) as target:
        proof = target.proof("root")["authorization"]
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{target.server.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: {proof}", "--checks", _CHECKS, "--exclude-operation-id", _ENDLESS),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--max-time", str(_SECONDS)),
            *("--seed", "1", "--continue-on-failure", "--request-timeout", "20", "--no-shrink", "--no-color"),
        ]
        told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS + 120)
        assert told.returncode == 0, told.stdout[-6000:]
        tested = re.search(r"Tested: (\d+)", told.stdout)
        assert tested is not None
        assert int(tested[1]) >= 80
        assert target.is_well(), target.log()[-2000:]
