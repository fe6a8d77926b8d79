"""Routes of webhooks: endpoints, their secrets, and their deliveries."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from artifex.api.service import Asks, Service, The
from artifex.errors import BadInput, in_field
from artifex.jobs.webhooks import Delivery, Endpoint, Endpoints

router = APIRouter(prefix="/webhook_endpoints", tags=["webhooks"])

EventName = Literal["video.completed", "video.failed", "job.completed", "job.failed"]
Url = Annotated[str, Field(min_length=1, max_length=2048)]
Events = Annotated[list[EventName], Field(min_length=1, max_length=16)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewEndpoint(_Request):
    url: Url
    events: Events


class EndpointChanges(_Request):
    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = None


class Rotation(_Request):
    keep_old_secret_active_for_24_hours: bool = False


class SampleEvent(_Request):
    event_type: EventName = "video.completed"


class EndpointAnswer(BaseModel):
    id: str
    url: str
    events: list[str]
    enabled: bool
    secret_hint: str
    """The last characters of its secret, to tell secrets apart."""
    created_at: float


class EndpointWithSecret(EndpointAnswer):
    secret: str
    """Shown on creation and on rotation only."""


class EndpointList(BaseModel):
    items: list[EndpointAnswer]
    next_cursor: str | None


class DeliveryAnswer(BaseModel):
    event_id: str
    event: str
    state: str
    attempts: int
    next_at: float | None
    last_status: int | None
    last_error: str | None
    created_at: float


class DeliveryList(BaseModel):
    items: list[DeliveryAnswer]
    next_cursor: str | None


class SampleSent(BaseModel):
    event_id: str


class CallbackSecret(BaseModel):
    secret: str


@router.post("", status_code=201, operation_id="createWebhookEndpoint")
def create(new: NewEndpoint, the: The, asks: Asks) -> EndpointWithSecret:
    """Register a URL for events. Only this answer, and a rotation's, holds the secret that verifies them."""
    asks.require_writer()
    with in_field("url"):
        return _with_secret(_endpoints(the).create(asks.user_id, new.url, new.events))


@router.get("", operation_id="listWebhookEndpoints")
def show_all(the: The, asks: Asks) -> EndpointList:
    return EndpointList(items=[_answer(each) for each in _endpoints(the).page(asks.user_id)], next_cursor=None)


@router.get("/callback_secret", operation_id="getCallbackSecret")
def show_callback_secret(the: The, asks: Asks) -> CallbackSecret:
    """The secret that signs deliveries to the ``callback_url`` of your jobs."""
    asks.require_writer()
    return CallbackSecret(secret=_endpoints(the).callback_secret(asks.user_id))


@router.post("/callback_secret/rotate", operation_id="rotateCallbackSecret")
def rotate_callback_secret(the: The, asks: Asks) -> CallbackSecret:
    """Replace the callback secret; the old one signs nothing from now on."""
    asks.require_writer()
    return CallbackSecret(secret=_endpoints(the).callback_secret(asks.user_id, rotate=True))


@router.get("/{endpoint_id}", operation_id="getWebhookEndpoint")
def show(endpoint_id: str, the: The, asks: Asks) -> EndpointAnswer:
    return _answer(_endpoints(the).get(endpoint_id, asks.user_id))


@router.patch("/{endpoint_id}", operation_id="editWebhookEndpoint")
def edit(endpoint_id: str, changes: EndpointChanges, the: The, asks: Asks) -> EndpointAnswer:
    asks.require_writer()
    chosen = changes.model_dump()
    with in_field("url"):
        return _answer(_endpoints(the).edit(endpoint_id, asks.user_id, **chosen))


@router.delete("/{endpoint_id}", status_code=204, operation_id="deleteWebhookEndpoint")
def delete(endpoint_id: str, the: The, asks: Asks) -> Response:
    asks.require_writer()
    _endpoints(the).delete(endpoint_id, asks.user_id)
    return Response(status_code=204)


@router.post("/{endpoint_id}/rotate_secret", operation_id="rotateWebhookSecret")
def rotate_secret(
    endpoint_id: str, the: The, asks: Asks, rotation: Annotated[Rotation | None, Body()] = None
) -> EndpointWithSecret:
    """Replace the secret, at once, or with a day during which events carry the signatures of both."""
    asks.require_writer()
    keep_old = rotation is not None and rotation.keep_old_secret_active_for_24_hours
    return _with_secret(_endpoints(the).rotate(endpoint_id, asks.user_id, keep_old=keep_old))


@router.post("/{endpoint_id}/test", status_code=202, operation_id="testWebhookEndpoint")
def send_test(
    endpoint_id: str, the: The, asks: Asks, event: Annotated[SampleEvent | None, Body()] = None
) -> SampleSent:
    """Send the endpoint a test event, about no job; its deliveries show how it was received."""
    asks.require_writer()
    return SampleSent(event_id=_endpoints(the).test(endpoint_id, asks.user_id, (event or SampleEvent()).event_type))


@router.get("/{endpoint_id}/deliveries", operation_id="listWebhookDeliveries")
def deliveries(
    endpoint_id: str,
    the: The,
    asks: Asks,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> DeliveryList:
    """Deliveries that were sent or are waiting, latest first."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise BadInput("The cursor is none of ours; pass next_cursor of the page before, or leave it out.")
    before = None if cursor is None else min(int(cursor), 2**63 - 1)
    found, following = _endpoints(the).deliveries(endpoint_id, asks.user_id, before=before, limit=limit)
    return DeliveryList(
        items=[_delivery(each) for each in found], next_cursor=None if following is None else str(following)
    )


def _endpoints(the: Service) -> Endpoints:
    return Endpoints(the.database, private_targets=the.config.private_imports)


def _answer(endpoint: Endpoint) -> EndpointAnswer:
    return EndpointAnswer(
        id=endpoint.id,
        url=endpoint.url,
        events=list(endpoint.events),
        enabled=endpoint.enabled,
        secret_hint="…" + endpoint.secret[-4:],
        created_at=endpoint.created_at,
    )


def _with_secret(endpoint: Endpoint) -> EndpointWithSecret:
    return EndpointWithSecret(**_answer(endpoint).model_dump(), secret=endpoint.secret)


def _delivery(delivery: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(
        event_id=delivery.event_id,
        event=delivery.event,
        state=delivery.state,
        attempts=delivery.attempts,
        next_at=delivery.next_at,
        last_status=delivery.last_status,
        last_error=delivery.last_error,
        created_at=delivery.created_at,
    )
