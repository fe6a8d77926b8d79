"""Access tokens: what is forged, altered or garbage never lets anybody in, and never breaks anything (B88)."""

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifex.accounts.tokens import AccessTokens, Claims
from artifex.errors import NotSignedIn
from tests.accounts.conftest import SECRET

TOKENS = AccessTokens(SECRET, time.time)
WHO = Claims("0" * 32, 3, "1" * 32)
HEADER = {"typ": "at+jwt"}


def said(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": "artifex", "aud": "artifex-api", "sub": WHO.user_id, "iat": now, "exp": now + 60}
    whole = {**usual, "epoch": 3, "sid": WHO.session, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def signed(headers: dict[str, Any] = HEADER, key: bytes = SECRET, **changes: Any) -> str:
    return jwt.encode(said(**changes), key, algorithm="HS256", headers=headers)


def plain(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_what_is_issued_is_read() -> None:
    assert TOKENS.read(TOKENS.issue(WHO)) == WHO
    assert TOKENS.read(signed()) == WHO, "so that the forgeries below fail for the reason they name"


def handmade(algorithm: str, digest: str, key: bytes) -> str:
    body = plain({"alg": algorithm, "typ": "at+jwt"}, said()).rpartition(".")[0]
    signature = hmac.new(key, body.encode(), digest).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def public_key() -> bytes:
    """With which strangers sign where a library takes any algorithm with any key."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


FORGED = {
    "no algorithm": plain({"alg": "none", "typ": "at+jwt"}, said()),
    "no algorithm, spelt otherwise": plain({"alg": "nOnE", "typ": "at+jwt"}, said()),
    "no signature": signed().rpartition(".")[0] + ".",
    "a public key as secret": handmade("HS256", "sha256", public_key()),
    "another secret": signed(key=bytes(32)),
    "an empty secret": handmade("HS256", "sha256", b""),
    "another algorithm of the same secret": handmade("HS384", "sha384", SECRET),
    "another audience": signed(aud="somebody-else"),
    "no audience": signed(aud=None),
    "another issuer": signed(iss="somebody-else"),
    "no issuer": signed(iss=None),
    "the type of another token": signed(headers={"typ": "JWT"}),
    "no type": signed(headers={"typ": None}),
    "expired a second ago": signed(exp=int(time.time()) - 1),
    "no expiry": signed(exp=None),
    "an expiry that is no number": signed(exp="soon"),
    "not valid yet": signed(nbf=int(time.time()) + 60),
    "issued in the future": signed(iat=int(time.time()) + 60),
    "no subject": signed(sub=None),
    "no epoch": signed(epoch=None),
    "no session": signed(sid=None),
    "a key id that is a path": signed(headers={**HEADER, "kid": "../../../../dev/null"}),
    "the address of a key": signed(headers={**HEADER, "jku": "https://evil.example/jwks.json"}),
    "a key of its own": signed(headers={**HEADER, "jwk": {"kty": "oct", "k": "AAAA"}}),
    "a certificate's address": signed(headers={**HEADER, "x5u": "https://evil.example/c.pem"}),
    "critical extensions": plain({"alg": "HS256", "typ": "at+jwt", "crit": ["exp"]}, said()),
    "a header nested too deep": base64.urlsafe_b64encode(b"[" * 1000).decode() + ".e30.AAAA",
    "very long": "a" * 10_000_000,
    "empty": "",
    "dots": "..",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(NotSignedIn):
        TOKENS.read(token)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_garbage_is_refused_and_nothing_else(token: str) -> None:
    with pytest.raises(NotSignedIn):
        TOKENS.read(token)


@given(st.integers(min_value=0), st.characters())
def test_a_token_with_one_character_changed_is_refused(place: int, character: str) -> None:
    token = signed()
    place %= len(token) - 1  # of the last character two bits mean nothing
    if token[place] == character:
        return
    with pytest.raises(NotSignedIn):
        TOKENS.read(token[:place] + character + token[place + 1 :])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_a_token_that_says_anything_else_is_refused(claims: dict[str, Any]) -> None:
    token = jwt.encode(claims, SECRET, algorithm="HS256", headers=HEADER)
    with pytest.raises(NotSignedIn):
        TOKENS.read(token)


def test_a_short_key_is_not_taken() -> None:
    with pytest.raises(ValueError):
        AccessTokens(b"x" * 31, time.time)
