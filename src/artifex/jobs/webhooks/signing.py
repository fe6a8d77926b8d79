"""Signatures of Standard Webhooks (https://www.standardwebhooks.com), which receivers' libraries verify."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

_PREFIX = "whsec_"


def new_secret() -> str:
    """24 random bytes in the specification's notation, ``whsec_`` and base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def sign(event_id: str, body: bytes, keys: Sequence[str], at: float) -> dict[str, str]:
    """The three headers that prove who sent ``body`` and when.

    Args:
        event_id: the same for every attempt at one event, so that receivers can drop repetitions.
        body: the bytes as they are sent.
        keys: the currently valid secrets; two during a rotation.
        at: seconds since 1970. Receivers reject timestamps older than five minutes, so each attempt is signed anew.
    """
    timestamp = str(int(at))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signatures = [hmac.digest(base64.b64decode(key.removeprefix(_PREFIX)), signed, hashlib.sha256) for key in keys]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join("v1," + base64.b64encode(signature).decode() for signature in signatures),
    }
