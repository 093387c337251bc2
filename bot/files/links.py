"""Links to files of the store, which say until when they are good, and that we have made them.

A token is Base64 of HMAC-SHA256, the instant in Unix seconds (5 bytes), the file's SHA-256, and
the name under which it is saved. Nothing else knows of it: to forge one is to guess 256 bits.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFE = timedelta(days=30)
SIGNED, INSTANT, DIGEST = 32, 5, 32  # bytes of the parts before the name
LONGEST_NAME = 120  # characters of it; more would make a link that nobody can paste
PURPOSE = b"topicdesk: links to files"


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says."""

    key: str
    name: str
    until: datetime


class Links:
    """Makes links with a key of the bot's, and reads them."""

    def __init__(self, token: str, base: str | None) -> None:
        """`token` is the bot's. Without an address of ours no link can be given to anybody."""
        self._key = hmac.digest(token.encode(), PURPOSE, hashlib.sha256)
        self._base = base

    @property
    def can_be_given(self) -> bool:
        """Whether others can reach us."""
        return self._base is not None

    def to(self, key: str, name: str, now: datetime) -> str:
        """The address of a file, good for LIFE; only where it `can_be_given`."""
        if self._base is None:
            raise RuntimeError("a link without an address of ours")
        until = int((now + LIFE).timestamp()).to_bytes(INSTANT)
        said = until + bytes.fromhex(key) + name[:LONGEST_NAME].encode()
        token = base64.urlsafe_b64encode(self._sign(said) + said).decode().rstrip("=")
        return f"{self._base}/files/{token}"

    def read(self, token: str) -> Link | None:
        """What a token says, also if it is good no more. None: we have not made it."""
        try:
            given = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        signed, said = given[:SIGNED], given[SIGNED:]
        if not hmac.compare_digest(signed, self._sign(said)):
            return None
        until = datetime.fromtimestamp(int.from_bytes(said[:INSTANT]), UTC)
        key, name = said[INSTANT : INSTANT + DIGEST], said[INSTANT + DIGEST :]
        return Link(key.hex(), name.decode(), until)

    def _sign(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, hashlib.sha256)
