"""Doors for webhooks."""

import pytest

from artifex.api.config import ApiConfig

AT = "/api/v1/webhook_endpoints"
NEW = {"url": "https://example.com/hook", "events": ["video.completed"]}


@pytest.fixture
def endpoint(client):
    return client.post(AT, json=NEW).json()


def test_the_secret_is_shown_once(client, endpoint):
    assert endpoint["secret"].startswith("whsec_")
    shown = client.get(f"{AT}/{endpoint['id']}").json()
    assert "secret" not in shown
    assert endpoint["secret"].endswith(shown["secret_hint"].removeprefix("…"))
    assert client.get(AT).json() == {"items": [shown], "next_cursor": None}


def test_an_endpoint_is_edited_and_deleted(client, endpoint):
    at = f"{AT}/{endpoint['id']}"
    changed = client.patch(at, json={"enabled": False, "events": ["job.failed"]}).json()
    assert (changed["enabled"], changed["events"], changed["url"]) == (False, ["job.failed"], NEW["url"])
    assert client.delete(at).status_code == 204
    for answer in (client.get(at), client.delete(at), client.patch(at, json={}), client.post(f"{at}/test", json={})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_rotation_shows_the_new_secret(client, endpoint):
    at = f"{AT}/{endpoint['id']}/rotate_secret"
    new = client.post(at, json={"keep_old_secret_active_for_24_hours": True}).json()
    assert new["secret"] != endpoint["secret"]


def test_what_has_defaults_needs_no_body(client, endpoint):
    at = f"{AT}/{endpoint['id']}"
    assert client.post(f"{at}/rotate_secret").json()["secret"] != endpoint["secret"]
    assert client.post(f"{at}/test").status_code == 202


def test_a_test_is_a_delivery(open_studio):
    # The name leads nowhere, so that nothing is sent to anybody.
    client = open_studio(ApiConfig()).client
    endpoint = client.post(AT, json={**NEW, "url": "https://receiver.invalid/hook"}).json()
    sent = [client.post(f"{AT}/{endpoint['id']}/test", json={}).json()["event_id"] for _ in range(3)]
    at = f"{AT}/{endpoint['id']}/deliveries"
    first = client.get(at, params={"limit": 2}).json()
    assert [each["event_id"] for each in first["items"]] == sent[:0:-1]
    last = client.get(at, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [each["event_id"] for each in last["items"]] == sent[:1]
    assert last["next_cursor"] is None
    assert last["items"][0]["event"] == "video.completed"
    assert client.get(at, params={"cursor": "x"}).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://example.com/"},
        {"url": "https://u:p@example.com/"},
        {"url": "https://example.com/#f"},
        {"url": "javascript:alert(1)"},
        {"url": "https://localhost/"},
        {"url": 5},
        {"events": []},
        {"events": ["video.eaten"]},
        {"owner": "me"},
        {"secret": "whsec_x"},
    ],
)
def test_what_cannot_be_is_refused(client, wrong):
    answer = client.post(AT, json={**NEW, **wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert client.get(AT).json()["items"] == []


def test_the_secret_of_callbacks_stays_until_it_is_rotated(client):
    at = f"{AT}/callback_secret"
    first = client.get(at).json()["secret"]
    assert client.get(at).json()["secret"] == first
    assert client.post(f"{at}/rotate").json()["secret"] != first
