"""What must hold before the desk starts: each broken thing is one sentence saying what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.commands import spelled
from bot.config import Settings
from bot.logs import without_tokens
from bot.obstacles import BadSetting, CannotStart
from bot.texts import mark

log = structlog.get_logger(__name__)

SECONDS = 5.0
OLDEST_POSTGRES = 14
HOW_TO_BEGIN = (
    "BOT_TOKEN is not set: put the token that BotFather gave you into .env, "
    f"or try the desk without Telegram: {spelled('sandbox')}"
)
# Bot API: ChatMemberAdministrator; the names are those of Telegram's own apps.
NEEDED = {"can_manage_topics": mark("Manage Topics")}
OPTIONAL = {
    "can_delete_messages": mark("Delete Messages"),
    "can_pin_messages": mark("Pin Messages"),
}
BOUND = "SELECT chat_id FROM operator_group WHERE is_bound ORDER BY id"
NEWEST = "SELECT place FROM file WHERE digest IS NOT NULL ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Found:
    """The bot's username, its group's title if there is a group, and what it can do without.

    `flat`: why there are no topics in private chats though the settings ask for some.
    """

    username: str
    group: str = ""
    warnings: tuple[str, ...] = ()
    flat: str = ""


class TelegramSilent(CannotStart):
    """Telegram gave no definite answer, neither yes nor no."""


async def before_start(settings: Settings, database_url: str, redis_url: str) -> None:
    """Check everything. Raises CannotStart with the first thing that is wrong.

    A Telegram that cannot be reached now is no reason to stop: it may be back in a minute.
    """
    await database(database_url)
    await redis(redis_url)
    if elsewhere := await files(settings, database_url):
        log.warning("files are missing", why=elsewhere)
    if await bound_groups(database_url):  # they are looked at while the desk works
        settings = settings.model_copy(update={"operator_group_id": None})
    try:
        found = await bot_and_group(settings)
        if found.flat:
            log.warning("private chats are flat", why=found.flat)
    except TelegramSilent as doubt:
        log.warning("telegram is silent, starting all the same", reason=str(doubt))


async def database(url: str) -> None:
    """Connect to PostgreSQL and look at its version."""
    place = _place(url)
    try:
        connection = await asyncpg.connect(url, timeout=SECONDS)
    except (OSError, TimeoutError) as error:
        raise CannotStart(f"The database at {place} cannot be reached: {_why(error)}.") from error
    except asyncpg.exceptions.ClientConfigurationError as error:
        raise BadSetting(f"The setting DATABASE_URL is wrong: {_why(error)}.") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise CannotStart(f"The database at {place} refuses us: {_why(error)}.") from error
    version = connection.get_server_version().major
    await connection.close()
    if version < OLDEST_POSTGRES:
        raise CannotStart(
            f"The database at {place} is PostgreSQL {version}; "
            f"it must be {OLDEST_POSTGRES} or newer."
        )


async def redis(url: str) -> None:
    """Say PING to Redis or Valkey."""
    place = _place(url)
    try:
        client = Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
        async with client:
            await client.ping()
    except ValueError as error:
        raise BadSetting(f"The setting REDIS_URL is wrong: {_why(error)}.") from error
    except (OSError, TimeoutError, RedisError) as error:
        raise CannotStart(f"Redis at {place} cannot be reached: {_why(error)}.") from error


async def bound_groups(url: str) -> list[int]:
    """The chats of the groups that the desk works in; none before any was bound."""
    return [row["chat_id"] for row in await _rows(url, BOUND)]


async def files(settings: Settings, url: str) -> str | None:
    """What is amiss with the directory of files: those that are kept are somewhere else."""
    if settings.files_url:
        return None
    for row in await _rows(url, NEWEST):
        if not (settings.files_dir / row["place"]).exists():
            return (
                f"The newest of the files that are kept is not in {settings.files_dir}. Processes "
                "on several machines need one store, a bucket (FILES_URL), for a directory is "
                "each machine’s own; after a move, bring the files along."
            )
    return None


async def _rows(url: str, statement: str) -> list[asyncpg.Record]:
    """None where the tables are still to be made."""
    connection = await asyncpg.connect(url, timeout=SECONDS)
    try:
        return list(await connection.fetch(statement))
    except asyncpg.UndefinedTableError:
        return []
    finally:
        await connection.close()


async def bot_and_group(settings: Settings, bound: int | None = None) -> Found:
    """Ask Telegram who the bot is and what it may do in an operators' group.

    That is a `bound` one, else the one that the settings name. Raises CannotStart when Telegram
    says no or a right is missing that is needed, TelegramSilent when it says nothing.
    """
    if settings.bot_token is None:
        raise BadSetting(HOW_TO_BEGIN)
    token = settings.bot_token.get_secret_value()
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        telegram = _Telegram(session, settings.telegram_api_url, token)
        me = await telegram.ask("getMe")
        if "result" not in me:
            raise CannotStart(
                f"Telegram at {settings.telegram_api_url} does not know this BOT_TOKEN "
                f"({me.get('description')}): copy it again from BotFather."
            )
        username, flat = str(me["result"]["username"]), _flat(settings, me["result"])
        group = bound or settings.operator_group_id
        if group is None:
            return Found(username, flat=flat)
        title, warnings = await _group(telegram, group, me["result"]["id"])
        return Found(username, title, warnings, flat)


def _flat(settings: Settings, me: Mapping[str, Any]) -> str:
    """Bot API: User.has_topics_enabled."""
    if settings.private_topics == "off" or me.get("has_topics_enabled"):
        return ""
    return (
        "PRIVATE_TOPICS is on, but the bot may have no topics in private chats, so each customer "
        "has one chat for all their requests. Open @BotFather, choose the bot, and turn on "
        "Threaded Mode in its settings; or set PRIVATE_TOPICS=off."
    )


async def _group(telegram: "_Telegram", group: int, bot: int) -> tuple[str, tuple[str, ...]]:
    chat = await telegram.ask("getChat", chat_id=group)
    moved_to = chat.get("parameters", {}).get("migrate_to_chat_id")
    if moved_to is not None:
        return await _group(telegram, moved_to, bot)
    if "result" not in chat:
        raise CannotStart(
            f"The bot does not see the group {group} ({chat.get('description')}): add the bot to "
            "it, or correct OPERATOR_GROUP_ID."
        )
    title = str(chat["result"].get("title", group))
    if not chat["result"].get("is_forum"):
        raise CannotStart(
            f"The group “{title}” has no topics: turn them on in its settings (Edit → Topics)."
        )
    if name := public_name(chat["result"]):
        raise CannotStart(
            f"The group “{title}” is public (@{name}): anybody could read your customers’ "
            "messages. Make it private (Edit → Group Type)."
        )
    member = await telegram.ask("getChatMember", chat_id=group, user_id=bot)
    rights = member.get("result", {})
    missing = [name for right, name in NEEDED.items() if not rights.get(right)]
    useful = [name for right, name in OPTIONAL.items() if not rights.get(right)]
    if missing:
        raise CannotStart(
            f"The bot lacks rights in the group “{title}”: {', '.join(missing + useful)}. Make it "
            "an administrator with these rights (Edit → Administrators)."
        )
    return title, tuple(
        f"Missing in the group “{title}”, though the desk works without it: the right “{name}”."
        for name in useful
    )


def public_name(chat: Mapping[str, Any]) -> str:
    """The name under which anybody finds and reads a group (Bot API: ChatFullInfo); "" if none."""
    return str(chat.get("username") or next(iter(chat.get("active_usernames") or ()), ""))


class _Telegram:
    """A few questions asked once; the desk itself speaks through its own client."""

    def __init__(self, session: aiohttp.ClientSession, server: str, token: str) -> None:
        self._session = session
        self._server = server
        self._address = f"{server}/bot{token}/"

    async def ask(self, method: str, **values: int) -> Mapping[str, Any]:
        """Give the whole answer, be it yes or no. Raises TelegramSilent when there is none."""
        try:
            async with self._session.post(self._address + method, json=values) as response:
                if response.status >= 500 or response.status == 429:
                    raise self._silent(f"{method}: HTTP {response.status}")
                answer: Mapping[str, Any] = await response.json()
                return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise self._silent(_why(error)) from error

    def _silent(self, reason: str) -> TelegramSilent:
        return TelegramSilent(f"Telegram at {self._server} cannot be reached: {reason}.")


def _place(url: str) -> str:
    """Where a store is, without the user's name and password."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or parts.path or url


def _why(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return without_tokens(text[0].rstrip(".") if text else type(error).__name__)
