"""Signatures, as Standard Webhooks has them (https://www.standardwebhooks.com).

HMAC-SHA256 over `id.timestamp.body`; the headers are webhook-id, webhook-timestamp (Unix seconds)
and webhook-signature: one `v1,` and Base64 for each secret that is in use, separated by spaces.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
TOLERANCE = 300  # seconds by which two clocks may differ
SHORTEST = 24  # bytes of a key


class Forged(Exception):
    """It does not come from whom it says, or not now; the text is for its sender."""


def key(secret: object) -> bytes:
    """The key that a secret stands for. Raises ValueError, which says what it should be."""
    prefix, encoded = str(secret)[: len(PREFIX)], str(secret)[len(PREFIX) :]
    try:
        found = base64.b64decode(encoded, validate=True)
    except ValueError:
        found = b""
    if prefix != PREFIX or len(found) < SHORTEST:
        raise ValueError(f"it should be {PREFIX} and Base64 of at least {SHORTEST} bytes")
    return found


def signed(keys: Iterable[bytes], number: str, now: float, body: bytes) -> dict[str, str]:
    """The headers of a call, signed by each key, so that the other side may change over."""
    at = str(int(now))
    signatures = " ".join(f"v1,{_sign(each, number, at, body)}" for each in keys)
    return {ID: number, TIMESTAMP: at, SIGNATURE: signatures}


def check(keys: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: float) -> None:
    """One of the signatures is of one of our keys, and is of these minutes. Raises Forged."""
    number, at, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (number and given and re.fullmatch("[0-9]{1,12}", at, re.ASCII)) or "." in number:
        raise Forged(f"{ID}, {TIMESTAMP} and {SIGNATURE} are needed")
    if abs(now - int(at)) > TOLERANCE:
        raise Forged(f"{TIMESTAMP} is more than {TOLERANCE} seconds away")
    shown = [each.removeprefix("v1,") for each in given.split() if each.startswith("v1,")]
    wanted = [_sign(each, number, at, body) for each in keys]
    if not any(_same(one, other) for one in wanted for other in shown):
        raise Forged("the signature does not match")


def envelope(endpoint: str, headers: Mapping[str, str], body: bytes) -> str:
    """What tells a call from others, however often it is brought and whenever it was signed.

    By its body, too: what comes under a number that was used before is not lost.
    """
    return f"{endpoint}.{headers[ID]}.{hashlib.sha256(body).hexdigest()}"


def _sign(key: bytes, number: str, at: str, body: bytes) -> str:
    head = f"{number}.{at}.".encode(errors="surrogateescape")
    return base64.b64encode(hmac.digest(key, head + body, hashlib.sha256)).decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode(errors="replace"))
