"""The bucket at the door: how much one person may bring, counted in Redis for all replicas.

A burst comes in at once, such as an album or a hundred forwards; what is over it comes in at the
pace at which the bucket fills again. Who keeps on for much longer is refused for a while.
"""

from contextlib import suppress
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.budget import NOW

MOST_AHEAD = 1000  # messages that may be taken in before their turn
REFUSED_FOR = 300  # seconds
PRESSED_FOR = 5.0  # seconds; longer than Telegram keeps what was given back (`bot.web.webhook`)

PRESSED = "pressed"
# KEYS: the next turn, the refusal, whether others wait. ARGV: now, seconds between turns, turns at
# once, turns ahead, seconds of a refusal, whether it can wait, the update that can tell. Gives
# seconds to wait; -1 refused, and this update tells of it; -2 refused.
_TAKE = f"""{NOW}
local step = tonumber(ARGV[2])
local turn = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = turn - now - step * (tonumber(ARGV[3]) - 1)
local told = redis.call('GET', KEYS[2])
if not told and wait > step * tonumber(ARGV[4]) then
    told = ''
    redis.call('SET', KEYS[2], told, 'EX', ARGV[5])
end
if told then
    if told == '' then
        told = ARGV[7]
        redis.call('SET', KEYS[2], told, 'KEEPTTL')
    end
    return told ~= '' and told == ARGV[7] and '-1' or '-2'
end
if wait > 1e-6 and ARGV[6] == '1' and redis.call('EXISTS', KEYS[3]) == 0 then
    return tostring(wait)
end
redis.call('SET', KEYS[1], string.format('%.6f', turn + step),
    'PX', math.ceil((turn + step - now) * 1000) + 1)
return '0'
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing is taken for `REFUSED_FOR` seconds. `first`: it is this update that tells of it."""

    first: bool


class Bucket:
    """What each person may still bring to one bot."""

    def __init__(self, redis: Redis, bot_id: int, *, per_minute: int, burst: int) -> None:
        """`per_minute`: how fast the bucket fills again; 0 is no limit."""
        self._step = 60 / per_minute if per_minute else 0.0
        self._burst = burst
        self._prefix = f"topicdesk:{{{bot_id}}}"
        self._redis = redis
        self._take = redis.register_script(_TAKE)

    async def take(
        self,
        who: int | str,
        *,
        can_wait: bool,
        telling: int | None = None,
        now: float | None = None,
    ) -> float | Refusal:
        """Take one message. 0.0: taken; else seconds until there is room, if it `can_wait`.

        `telling`: the number of an update whose author can be told of a refusal. The first one is
        told, and again when it comes again: its end may not have been written down.

        `now` in seconds replaces Redis' clock. Raises RedisError while Redis is away.
        """
        if not self._step:
            return 0.0
        keys = [f"{self._prefix}:{each}" for each in (f"brought:{who}", f"refused:{who}", PRESSED)]
        given = "" if now is None else now
        told = "" if telling is None else telling
        args = [given, self._step, self._burst, MOST_AHEAD, REFUSED_FOR, int(can_wait), told]
        wait = float(await self._take(keys=keys, args=args))
        return wait if wait >= 0 else Refusal(first=wait == -1)

    async def press(self) -> None:
        """Others wait behind what waits, in whichever replica: for a while nothing does.

        While Redis is away nothing waits in any case.
        """
        with suppress(RedisError, OSError):
            await self._redis.set(f"{self._prefix}:{PRESSED}", 1, px=int(PRESSED_FOR * 1000))
