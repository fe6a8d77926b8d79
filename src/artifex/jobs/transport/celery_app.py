"""Celery, set up to carry rings and nothing else. Imported only where a broker is named."""

from typing import Any

from celery import Celery
from kombu.entity import Queue as MessageQueue

RING = "artifex.ring"
RING_SECONDS = 60
"""A ring that nobody heard for so long is thrown away: by then the slot has looked by itself."""


def celery_app(broker_url: str) -> Celery:
    """Messages are JSON, never acknowledged late, never awaited: the database is the queue and the result store."""
    app: Any = Celery("artifex", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        result_backend=None,
        task_acks_late=False,
        task_create_missing_queues=True,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_concurrency=1,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        visibility_timeout=3600,
        broker_transport_options=_redis_options(),
    )
    return app


def message_queue(slot: str) -> MessageQueue:
    """The queue that is named after the slot."""
    return MessageQueue(slot, routing_key=slot)


def _redis_options() -> dict[str, Any]:
    return {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,  # above the five seconds that a consumer waits for a message at a time
        "socket_keepalive": True,
        "health_check_interval": 25,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }
