"""Signatures as Standard Webhooks has them, at the shop's end (https://www.standardwebhooks.com).

Written for this side alone, as a shop's own would be: what signs the desk's calls does not check
them here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = 300  # seconds by which two clocks may differ
_PREFIX = "whsec_"


def new_secret() -> str:
    """One that nobody has yet."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, number: str, now: float, body: bytes) -> dict[str, str]:
    """The headers of a call; `number` is its id."""
    at = str(int(now))
    return {ID: number, TIMESTAMP: at, SIGNATURE: f"v1,{_sign(secret, number, at, body)}"}


def doubt(secret: str, headers: Mapping[str, str], now: float, body: bytes) -> str | None:
    """Why a call is not believed, for its sender; None if it is."""
    number, at, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (number and given and at.isascii() and at.isdecimal()):
        return f"{ID}, {TIMESTAMP} and {SIGNATURE} are needed"
    if abs(now - int(at[:12])) > TOLERANCE:
        return f"{TIMESTAMP} is more than {TOLERANCE} seconds away"
    wanted = f"v1,{_sign(secret, number, at, body)}".encode()
    if any(hmac.compare_digest(wanted, one.encode(errors="replace")) for one in given.split()):
        return None
    return "the signature does not match"


def _sign(secret: str, number: str, at: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    said = f"{number}.{at}.".encode(errors="replace") + body
    return base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()
