"""Signatures of Standard Webhooks (https://www.standardwebhooks.com), which receivers' libraries verify."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

_PREFIX = "whsec_"


def new_secret() -> str:
    """24 random bytes, the way receivers are given them."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def sign(event_id: str, body: bytes, keys: Sequence[str], at: float) -> dict[str, str]:
    """The three headers that prove who sent ``body`` and when.

    Args:
        event_id: the same for every attempt at one event, so that receivers can drop repetitions.
        body: the bytes as they are sent.
        keys: secrets that are valid now; two while one replaces another.
        at: seconds since 1970. Receivers refuse what is older than five minutes, so each attempt is signed anew.
    """
    timestamp = str(int(at))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signatures = [hmac.digest(base64.b64decode(key.removeprefix(_PREFIX)), signed, hashlib.sha256) for key in keys]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join("v1," + base64.b64encode(signature).decode() for signature in signatures),
    }
