"""Set-up codes: whoever sees the console can make a group the operators' group, once.

A code lives for ten minutes. Given in a group while another one is bound, it becomes an offer:
the group can become another department's, or take a bound one's place, if an admin of that agrees.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from bot.commands import spelled
from bot.desk.people import access
from bot.desk.people.access import Act
from models import Code, Membership, Standing
from models.rows import fetch

LIFE = timedelta(minutes=10)
OFFER_LIFE = timedelta(days=1)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32; none looks like another
LENGTH = 10  # 50 bits: five tries an hour a person and a chat are as good as none

OFFER = """
UPDATE setup_code SET hash = NULL, chat_id = $2, until = $3
WHERE id = $1 AND hash IS NOT NULL RETURNING id
"""


async def make(now: datetime) -> str:
    """A new code, valid until `now + LIFE`; only its hash is kept."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    await forget_void(now)
    await Code.create(hash=hashed(code), until=now + LIFE)
    return code


def instruction(code: str) -> str:
    """What the console says of it."""
    minutes = int(LIFE.total_seconds() / 60)
    return (
        f"Write in your operators’ group: /setup {code}\n"
        f"It works once, for {minutes} minutes; a new one: {spelled('code')}"
    )


def hashed(code: str) -> str:
    """What is kept of a code; spaces around it and small letters are forgiven."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


async def known(hash_: str, now: datetime) -> int | None:
    """The number of the code that has this hash, while it can be used."""
    code = await Code.get_or_none(hash=hash_, until__gt=now)
    return code.id if code else None


async def offer(code_id: int, chat_id: int, now: datetime) -> bool:
    """The code was given in this group: it waits for what is chosen. False: it was used."""
    return bool(await fetch(OFFER, code_id, chat_id, now + OFFER_LIFE))


async def offered(code_id: int, now: datetime) -> int | None:
    """The group that this offer would hand the desk over to, while it stands."""
    code = await Code.get_or_none(id=code_id, until__gt=now)
    return code.chat_id if code else None


async def offer_for(chat_id: int, now: datetime) -> int | None:
    """The offer that waits in this group for what is chosen, while it stands."""
    found = await Code.filter(chat_id=chat_id, until__gt=now).order_by("-id").first()
    return found.id if found else None


def may_choose(standing: Standing) -> bool:
    """Whether who stands so in the group of an offer may say what it is to be."""
    return access.may(Membership(standing=standing), Act.BIND)


async def forget_void(before: datetime) -> int:
    """Forget the codes and offers that ran out before; gives how many."""
    return int(await Code.filter(until__lt=before).delete())


async def spend(code_id: int) -> bool:
    """A group is bound by this code: it and all others are void. False: it was used already."""
    await Code.exclude(id=code_id).delete()
    return bool(await Code.filter(id=code_id).delete())
