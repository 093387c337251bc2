"""The budget: how often Telegram lets one bot act, counted in Redis for all replicas.

A group allows so many actions in any minute; what one member of it alone is to see is counted as
a family of its own, as long as nobody has measured what it costs. A private chat allows about one
message a second with short bursts, and the bot about thirty a second over all private chats. A
flood wait closes its chat until it has passed. Redis' own clock is the one that counts.
"""

import asyncio
import time
from collections import defaultdict
from uuid import uuid4

from redis.asyncio import Redis

MINUTE = 60.1  # seconds; a little longer than Telegram's, for actions that overtake each other
UNLIMITED = 1000  # what `free` says when there is no limit
SHORTEST_WAIT = 0.05  # seconds

# Each script takes the instant in seconds, or "" for Redis' own clock.
NOW = """
local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = time[1] + time[2] / 1e6
end
local function held(key)
    return math.max(0, tonumber(redis.call('GET', key) or 0) - now)
end
"""
# KEYS: hold, window, perhaps a further hold. ARGV: now, limit, seconds, name of the action.
_TAKE_GROUP = f"""{NOW}
local wait = math.max(held(KEYS[1]), KEYS[3] and held(KEYS[3]) or 0)
if wait > 0 then return tostring(wait) end
local limit, seconds = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - seconds)
if redis.call('ZCARD', KEYS[2]) >= limit then
    local first = redis.call('ZRANGE', KEYS[2], -limit, -limit, 'WITHSCORES')
    return tostring(math.max(first[2] + seconds - now, 0.001))
end
redis.call('ZADD', KEYS[2], now, ARGV[4])
redis.call('PEXPIRE', KEYS[2], math.ceil(seconds * 1000))
return '0'
"""
# KEYS: hold, the chat's next turn, the bot's next turn.
# ARGV: now, then for the chat and for the bot: seconds between turns, turns at once.
_TAKE_PRIVATE = f"""{NOW}
local wait, turns = held(KEYS[1]), {{}}
for i = 2, 3 do
    local step, burst = tonumber(ARGV[i * 2 - 2]), tonumber(ARGV[i * 2 - 1])
    turns[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or 0), now)
    wait = math.max(wait, turns[i] - step * (burst - 1) - now)
end
if wait > 1e-6 then return tostring(wait) end
for i = 2, 3 do
    local turn = turns[i] + tonumber(ARGV[i * 2 - 2])
    if turn > now then
        redis.call('SET', KEYS[i], string.format('%.6f', turn),
            'PX', math.ceil((turn - now) * 1000) + 1)
    end
end
return '0'
"""
# KEYS: window. ARGV: now, seconds.
_USED = f"""{NOW}
return redis.call('ZCOUNT', KEYS[1], '(' .. (now - tonumber(ARGV[2])), '+inf')
"""
# KEYS: hold. ARGV: now, seconds. A flood wait is never shortened.
_HOLD = f"""{NOW}
local seconds = tonumber(ARGV[2])
if seconds <= held(KEYS[1]) then return 0 end
redis.call('SET', KEYS[1], string.format('%.6f', now + seconds),
    'PX', math.ceil(seconds * 1000) + 1)
return 1
"""
_HELD = f"{NOW} return tostring(held(KEYS[1]))"


class Budget:
    """What one bot may still do. Chats are Telegram's ids, as numbers or as text.

    Every method raises RedisError while Redis is away.
    """

    def __init__(
        self,
        redis: Redis,
        bot_id: int,
        *,
        group_per_minute: int = 20,
        private_per_second: float = 1.0,
        private_burst: int = 3,
        overall_per_second: float = 30,
    ) -> None:
        """A limit of 0 is no limit; without limits Redis is asked for old flood waits only."""
        self._limits = (group_per_minute, private_per_second, overall_per_second)
        self._private_burst = private_burst
        self.heed(on=True)
        self._prefix = f"topicdesk:{{{bot_id}}}"
        self._holds: dict[str, float] = {}  # until when, by time.monotonic()
        self._recalled = False
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._take_group = redis.register_script(_TAKE_GROUP)
        self._take_private = redis.register_script(_TAKE_PRIVATE)
        self._used = redis.register_script(_USED)
        self._hold = redis.register_script(_HOLD)
        self._held = redis.register_script(_HELD)
        self._redis = redis

    def heed(self, *, on: bool) -> None:
        """Keep to the limits from now on, or to none: a sandbox may have none for a while."""
        group, private, overall = self._limits if on else (0, 0.0, 0.0)
        self.group_per_minute = group
        self._paces = (
            *(_step(private), self._private_burst),
            *(_step(overall), max(1, round(overall / 3))),
        )

    async def take_group(self, chat_id: int | str, now: float | None = None) -> float:
        """Take one action in a group. 0.0: taken; else seconds until there may be room.

        Whoever stands in line in `spend` goes first. `now` in seconds replaces Redis' clock.
        """
        chat = str(chat_id)
        if self._lines[chat].locked():
            return SHORTEST_WAIT
        return await self._take(chat, now)

    async def take_whisper(self, chat_id: int | str, now: float | None = None) -> float:
        """Take one message for one member of a group. 0.0: taken; else seconds, as `take_group`.

        The group's flood wait holds it back, its own does not hold the group.
        """
        chat = str(chat_id)
        return self._known_hold(chat) or await self._take(whispers(chat), now, chat)

    async def spend(self, chat_id: int | str) -> None:
        """Take one action in a group, waiting for it; first come, first served."""
        chat = str(chat_id)
        async with self._lines[chat]:
            while True:
                wait = await self._take(chat)
                if not wait:
                    return
                await asyncio.sleep(wait)

    async def give_back(self, chat_id: int | str) -> None:
        """Return an action that was taken and not needed."""
        if self.group_per_minute:
            await self._redis.zpopmax(self._key("group", str(chat_id)))

    async def free(self, chat_id: int | str) -> int:
        """How many actions are left in the group's minute; `UNLIMITED` without a limit."""
        if not self.group_per_minute:
            return UNLIMITED
        keys = [self._key("group", str(chat_id))]
        used = await self._used(keys=keys, args=["", MINUTE])
        return max(0, self.group_per_minute - int(used))

    async def tries(self, who: int | str, seconds: int, which: int) -> int:
        """Count a try of this chat or person; how many there were within `seconds`.

        `which` is its number: the same one is counted once, however often it is carried.
        """
        key = self._key("tried", str(who))
        async with self._redis.pipeline(transaction=True) as all_:
            all_.sadd(key, which)
            all_.ttl(key)
            all_.scard(key)
            _new, left, asked = await all_.execute()
        if left < 0:
            await self._redis.expire(key, seconds)
        return int(asked)

    async def take_private(self, chat_id: int | str, now: float | None = None) -> float:
        """Take one message to a private chat. 0.0: taken; else seconds until there may be room."""
        chat = str(chat_id)
        if not any(self._paces[::2]):
            return await self.held(chat)
        if wait := self._known_hold(chat):
            return wait
        return float(
            await self._take_private(
                keys=[
                    self._key("hold", chat),
                    self._key("private", chat),
                    self._key("overall"),
                ],
                args=[_seconds(now), *self._paces],
            )
        )

    async def hold(self, chat_id: int | str, seconds: float) -> None:
        """A flood wait: nobody calls this chat before it has passed. It is never shortened."""
        chat = str(chat_id)
        self._remember(chat, seconds)
        await self._hold(keys=[self._key("hold", chat)], args=["", seconds])

    async def held(self, chat_id: int | str) -> float:
        """Seconds that this chat's flood wait still lasts, as far as this process knows.

        Redis is asked once, for what was there before; without limits nobody else asks it.
        """
        if not self._recalled:
            async for key in self._redis.scan_iter(match=self._key("hold", "*"), count=1000):
                name = key.decode() if isinstance(key, bytes) else key
                left = await self._held(keys=[name], args=[""])
                self._remember(name.rpartition(":")[2], float(left))
            self._recalled = True
        return self._known_hold(str(chat_id))

    def _remember(self, chat: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._holds[chat] = max(self._holds.get(chat, until), until)

    def _known_hold(self, chat: str) -> float:
        until = self._holds.get(chat)
        if until is None:
            return 0.0
        left = until - time.monotonic()
        if left <= 0:
            del self._holds[chat]
        return max(0.0, left)

    async def _take(self, chat: str, now: float | None = None, *also: str) -> float:
        """`also`: whose flood wait holds it back as well."""
        if not self.group_per_minute:
            return await self.held(chat)
        if wait := self._known_hold(chat):
            return wait
        holds = [self._key("hold", each) for each in also]
        taken = await self._take_group(
            keys=[self._key("hold", chat), self._key("group", chat), *holds],
            args=[_seconds(now), self.group_per_minute, MINUTE, uuid4().hex],
        )
        return float(taken)

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))


def whispers(chat_id: int | str) -> str:
    """By what name the flood wait of a group's whispers is held."""
    return f"whispers.{chat_id}"


def _step(per_second: float) -> float:
    return 1 / per_second if per_second else 0.0


def _seconds(now: float | None) -> float | str:
    return "" if now is None else now
