"""An API client that records every answer, and retries where there was none."""

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any

from tests.faults.chain import Chain
from tests.faults.history import OK, SILENCE, Call, History

_UNSURE = ("database_unreachable", "internal")
"""Error codes after which the request may still have been carried out."""


@dataclass(frozen=True)
class Client:
    """A client of one API server. Thread-safe."""

    port: int
    history: History
    timeout: float = 20.0

    def insist(self, tag: str, chain: Chain, deadline: float) -> str:
        """Submit a job with one idempotency key until it is acknowledged; returns its id."""
        while True:
            call = self.submit(tag, chain)
            if call.answer == OK:
                return call.job_id
            assert call.answer == SILENCE, f"{tag} was refused: {call.answer}"
            assert time.monotonic() < deadline, f"{tag} was never acknowledged"
            time.sleep(0.02)

    def submit(self, tag: str, chain: Chain) -> Call:
        body = {"kind": "generate", "prompt": tag, "seed": chain.seed, "steps": chain.steps}
        status, answer = self._ask("POST", "/api/v1/jobs", body, {"Idempotency-Key": tag.replace(" ", "-")})
        job_id = answer["items"][0]["id"] if status == 201 else ""
        return self.history.note(Call("submit", tag, _answer(status, answer), job_id))

    def do(self, what: str, tag: str, job_id: str) -> Call:
        """``cancel``, ``pause``, ``resume``, ``retry`` or ``delete``."""
        method, path = ("DELETE", "") if what == "delete" else ("POST", f"/{what}")
        status, answer = self._ask(method, f"/api/v1/jobs/{job_id}{path}", None, {})
        if what == "cancel" and status == 200 and answer["state"] == "cancelled":
            self.history.note(Call("cancelled", tag, OK, job_id))
        return self.history.note(Call(what, tag, _answer(status, answer), job_id))

    def is_served(self) -> bool:
        return self._ask("GET", "/healthz", None, {})[0] == 200

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        """Status and JSON of the answer; (0, None) if there was none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        if body is not None:
            headers = {**headers, "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content.startswith(b"{") else None
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()


def _answer(status: int, answer: Any) -> str:
    if 200 <= status < 300:
        return OK
    if status == 0 or answer["error"]["code"] in _UNSURE:
        return SILENCE
    return answer["error"]["code"]
