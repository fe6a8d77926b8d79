"""Pages of other origins: those that were allowed may call and read, others may do neither (B99)."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from artifex.api.config import ApiConfig
from tests.api.conftest import Studio

PAGE = "https://pages.example"
JOBS = "/api/v1/jobs"
ASKING = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}


@pytest.fixture
def client(open_studio: Callable[..., Studio]) -> TestClient:
    return open_studio(ApiConfig(accounts=True, origins=(f"{PAGE}/",))).client


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
def test_an_allowed_page_is_told_so_before_it_sends_a_token(client: TestClient, method: str) -> None:
    answer = client.options(JOBS, headers={"origin": PAGE, **ASKING, "access-control-request-method": method})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["vary"] == "Origin"
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
    assert "access-control-allow-credentials" not in answer.headers


def test_an_allowed_page_may_read_answers_and_refusals(client: TestClient) -> None:
    for path, status in (("/healthz", 200), (JOBS, 401), ("/api/v1/auth/login", 401)):
        answer = client.get(path, headers={"origin": PAGE})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, PAGE)
        assert "x-request-id" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://pages.example", "https://pages.example.x", "null"])
def test_another_page_is_told_nothing(client: TestClient, origin: str) -> None:
    for answer in (
        client.options(JOBS, headers={"origin": origin, **ASKING}),
        client.get(JOBS, headers={"origin": origin}),
        client.post("/api/v1/auth/login", headers={"origin": origin}, json={"name": "a", "password": "b"}),
    ):
        assert answer.status_code == 403
        assert not any(name.startswith("access-control") for name in answer.headers)


def test_what_is_no_question_of_a_browser_needs_a_token(client: TestClient) -> None:
    assert client.options(JOBS, headers={"origin": PAGE}).status_code == 401
    assert client.options(JOBS, headers=ASKING).status_code == 401
