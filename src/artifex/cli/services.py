"""``artifex doctor`` on what a server and its workers share: database, object storage and broker, if they are set."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from artifex.cli.finding import Finding
from artifex.errors import ArtifexError

if TYPE_CHECKING:
    from artifex.settings import Settings

PATIENCE = 15.0
"""Seconds for each check as a whole; each of its steps has a shorter limit of its own."""
_SECRET_VARIABLES = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_SHORTEST_SECRET = 3
"""Hiding what is shorter would make the message unreadable, and tell nobody anything."""


def look_at_services(settings: "Settings") -> Iterator[Finding]:
    """Use each service that is set as a server does. Without a broker jobs begin later, so that it is not needed."""
    from artifex.jobs.transport.celery import check_broker
    from artifex.store.checks import check_bucket, check_database

    if settings.database_url:
        yield _look("database", "ARTIFEX_DATABASE", settings.database_url, check_database)
    elif settings.database_file.exists():
        yield _look("database", "ARTIFEX_HOME", f"sqlite:///{settings.database_file}", check_database)
    if settings.objects_url:
        yield _look("storage", "ARTIFEX_OBJECTS", settings.objects_url, check_bucket)
    if settings.broker_url:
        yield _look("broker", "ARTIFEX_BROKER", settings.broker_url, check_broker, needed=False)


def _look(name: str, variable: str, url: str, check: Callable[[str], str], *, needed: bool = True) -> Finding:
    try:
        return Finding(name, _without_secrets(_in_time(partial(check, url)), url), needed=needed)
    except ArtifexError as error:
        told, _, remedy = _without_secrets(error.message, url).partition("; ")
    except TimeoutError:
        told, remedy = f"no answer within {PATIENCE:.0f} seconds", f"check {variable}, and what keeps the {name} busy"
    except Exception as error:  # noqa: BLE001 (whatever a driver raises is a finding)
        told, remedy = _without_secrets(str(error) or type(error).__name__, url)[:300], f"check {variable}"
    return Finding(name, told.rstrip("."), well=False, needed=needed, remedy=remedy.rstrip("."))


def _in_time(check: Callable[[], str]) -> str:
    """What ``check`` says. Raises TimeoutError, and whatever it raises."""
    checking = ThreadPoolExecutor(1, thread_name_prefix="check")
    try:
        return checking.submit(check).result(timeout=PATIENCE)
    finally:
        checking.shutdown(wait=False)


def _without_secrets(message: str, url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The message without the passwords in the URL and the environment: drivers quote what they do not understand, and
    of a password with an unescaped ``@`` they take the end for a part of the host."""
    rest = url.partition("://")[2]
    password = rest.rpartition("@")[0].partition(":")[2]
    queried = [value for name, value in parse_qsl(url.partition("?")[2]) if "password" in name or "secret" in name]
    secrets = {password, unquote(password), *password.split("@"), *queried}
    secrets |= {environment.get(name, "") for name in _SECRET_VARIABLES}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            message = message.replace(secret, "***")
    return message
