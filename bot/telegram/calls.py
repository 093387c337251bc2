"""Calling the Bot API: one session for all, tuned for speed, and one way to fail."""

from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response
from aiogram.types import InputFile
from aiohttp import ClientError, ClientResponse, ClientTimeout, FormData

from bot.telegram import shown
from bot.telegram.counting import count
from bot.telegram.refusals import translated
from models.atomic import session

T = TypeVar("T")
Api = Bot  # its name for those who do not know aiogram

PATIENCE = 60  # seconds: Telegram keeps a call silently for up to 8 s before it answers 429
CONNECTING = 10  # seconds
UPLOADING = 600  # seconds: 50 MB at 100 kB/s, and the answer
OK = 200
JSON = {"Content-Type": "application/json"}


class Session(AiohttpSession):
    """Sends JSON where there is no file: cheaper to write and to read than a multipart form."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[T],
        timeout: int | None = None,  # noqa: ASYNC109  (the base class names it so)
    ) -> T:
        """Bot API: «Making requests». Never inside a transaction, which would wait for it."""
        if session() is not None:
            raise RuntimeError(f"{method.__api_method__} is called inside a transaction")
        files: dict[str, InputFile] = {}
        fields = method.model_dump(include=_given(method), warnings=False)
        body = self.prepare_value(fields, bot=bot, files=files, _dumps_json=False)
        if files:
            sent = self._post(bot, method, _form(bot, body, files), {}, UPLOADING)
        else:
            sent = self._post(bot, method, orjson.dumps(body), JSON, timeout or PATIENCE)
        status, content = await sent
        if status == OK and shown.reads(method):
            return cast(T, shown.read(method, content))
        _answer_of(method.__returning__)
        response = self.check_response(bot, method, status, content)
        return cast(T, response.result)

    async def _post(
        self,
        bot: Bot,
        method: TelegramMethod[T],
        body: bytes | FormData,
        headers: dict[str, str],
        patience: int,
    ) -> tuple[int, str]:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        timeout = ClientTimeout(total=patience, sock_connect=CONNECTING)
        try:
            async with session.post(url, data=body, headers=headers, timeout=timeout) as response:
                return response.status, (await _body(method, response)).decode(errors="replace")
        except TimeoutError as error:
            raise TelegramNetworkError(method, "Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method, f"{type(error).__name__}: {error}") from error


def _form(bot: Bot, fields: dict[str, Any], files: dict[str, InputFile]) -> FormData:
    """The call as a form; the files are read as they go, and none of them is held."""
    form = FormData(quote_fields=False)  # names of files stand in UTF-8, as browsers write them
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    for name, file in files.items():
        form.add_field(name, file.read(bot), filename=file.filename)
    return form


async def _body(method: TelegramMethod[Any], response: ClientResponse) -> bytes:
    """The answer. To a call that shows something, what has come of it until it broke off."""
    if not shown.reads(method):
        return await response.read()
    came = bytearray()
    with suppress(ClientError, TimeoutError):
        async for chunk in response.content.iter_any():
            came += chunk
    return bytes(came)


def _given(method: TelegramMethod[Any]) -> set[str]:
    """The fields that say something: also what the method's class presets; the bot has no defaults.

    Most are neither, and to write them out and drop them again cost more than the others.
    """
    return {
        name
        for name, value in vars(method).items()
        if value is not None and not isinstance(value, Default)
    }


@cache
def _answer_of(returning: Any) -> Any:
    """The class that reads such answers, kept: pydantic forgets it and builds it anew."""
    return Response[returning]


def telegram(token: str, api_url: str) -> Bot:
    """The bot, reached at `api_url`. Close its session when done.

    Raises aiogram's TokenValidationError for a token of the wrong form.
    """
    server = TelegramAPIServer.from_base(api_url)
    session = Session(api=server, json_loads=orjson.loads, timeout=PATIENCE)
    session.middleware(count)
    return Bot(token, session=session)


async def ask(bot: Bot, method: TelegramMethod[T]) -> T:
    """Call a method. Raises TryLater or Undeliverable (`refusals` has its kinds)."""
    try:
        return await bot(method)
    except AiogramError as error:
        raise translated(error) from error
