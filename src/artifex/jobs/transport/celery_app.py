"""The Celery app, configured only to carry rings. Imported only if a broker is configured."""

from typing import Any

from celery import Celery
from kombu.entity import Queue as MessageQueue

RING = "artifex.ring"
RING_SECONDS = 60
"""An unreceived ring expires after this time; by then the slot has polled."""


def celery_app(broker_url: str) -> Celery:
    """An app with JSON messages, early acknowledgement and no results: the database is the queue and result store."""
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
    """The slot's message queue, which has its name."""
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
