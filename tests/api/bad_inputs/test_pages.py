"""Pages of others that reach for a server on its user's own machine, which has no accounts to protect it."""

import pytest

from tests.api.bad_inputs.cases import Case
from tests.api.bad_inputs.studio import Target
from tests.api.bad_inputs.test_refusals import CASES, assert_refused

REACHING = [case for case in CASES if case.item in ("B34", "B35", "B99")]


@pytest.mark.parametrize("case", REACHING, ids=str)
def test_without_accounts_a_foreign_page_is_refused_too(local_target: Target, case: Case) -> None:
    assert_refused(local_target, case)


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1.evil.example", "file://"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_answer_invites_a_foreign_page(local_target: Target, origin: str, method: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    answer = local_target.client().request(method, "/api/v1/jobs", headers=asked)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_every_answer_keeps_to_its_own_origin(local_target: Target) -> None:
    for path in ("/healthz", "/api/v1/jobs", "/nothing", "/v1/videos", "/api/v1/openapi.json"):
        headers = local_target.client().get(path).headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
