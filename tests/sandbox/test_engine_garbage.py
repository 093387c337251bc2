"""Whatever bots send, the answer is a result or an `ApiError`; no method of the API is unknown."""

from __future__ import annotations

from typing import Any

import aiogram.methods
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.errors import ApiError
from sandbox.methods import METHODS
from sandbox.params import Params, Upload
from tests.sandbox.engine_desk import Desk

UPDATES = {"getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"}
NOT_METHODS = {"TelegramMethod", "Request", "Response", "TelegramType"}
NAMES = (
    "chat_id",
    "user_id",
    "message_id",
    "message_thread_id",
    "from_chat_id",
    "message_ids",
    "text",
    "caption",
    "parse_mode",
    "entities",
    "caption_entities",
    "reply_markup",
    "reply_parameters",
    "name",
    "icon_color",
    "icon_custom_emoji_id",
    "media",
    "photo",
    "document",
    "sticker",
    "latitude",
    "longitude",
    "title",
    "address",
    "phone_number",
    "first_name",
    "question",
    "options",
    "emoji",
    "reaction",
    "callback_query_id",
    "file_id",
    "action",
    "permissions",
    "commands",
    "scope",
    "language_code",
    "live_period",
    "custom_title",
    "tag",
    "results",
    "button",
    "next_offset",
    "menu_button",
)
UPLOAD = Upload("a.jpg", "image/jpeg", b"\xff\xd8\xff\xc0\0")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 60), 1 << 60) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "type",
                    "text",
                    "media",
                    "message_id",
                    "quote",
                    "emoji",
                    "offset",
                    "length",
                    "url",
                    "inline_keyboard",
                    "keyboard",
                    "callback_data",
                    "chat_id",
                    "command",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


def _busy_desk() -> Desk:
    desk = Desk()
    desk.topic()
    desk.anna.writes(desk.bot, "hello")
    desk.anna.sends(desk.bot, "photo")
    desk.call("sendMessage", chat_id=desk.anna.id, text="hi")
    return desk


ALBUM = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(("photo", "document", "audio", "animation")) | JSON,
            "media": st.just("attach://photo") | JSON,
        },
        optional={"caption": JSON, "duration": JSON, "performer": JSON},
    ),
    max_size=3,
)


def _known_values(desk: Desk) -> st.SearchStrategy[Any]:
    plain = (desk.group, desk.anna.id, desk.bot.id, 1, 2, 3, -5, 0, "", "x", "🎲", "HTML", "typing")
    media = ([{"type": "photo", "media": "attach://photo"}] * 2, "attach://photo", [1, 2, 3])
    return st.sampled_from((*plain, *media)) | ALBUM | ALBUM.map(lambda album: (album or [{}])[0])


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_garbage_is_refused_politely(data: st.DataObject) -> None:
    desk = _busy_desk()
    for _ in range(8):
        method = data.draw(st.sampled_from(sorted(METHODS)))
        value = _known_values(desk) | JSON
        values = data.draw(st.dictionaries(st.sampled_from(NAMES), value, max_size=7))
        values.setdefault("chat_id", data.draw(st.sampled_from((desk.group, desk.anna.id))))
        if data.draw(st.booleans()):
            values = {key: _wire(given) for key, given in values.items()}
        refused = _refusal(desk, method, Params(values, {"photo": UPLOAD}))
        assert refused is None or refused.code in (400, 403)
        desk.updates()


def _wire(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _refusal(desk: Desk, method: str, params: Params) -> ApiError | None:
    try:
        orjson.dumps(desk.world.call(desk.bot, method, params))
    except ApiError as refused:
        return refused
    return None


def test_every_method_of_the_api_is_known() -> None:
    names = set(aiogram.methods.__all__) - NOT_METHODS
    missing = {name for name in names if name.lower() not in METHODS}
    assert missing == {name[0].upper() + name[1:] for name in UPDATES}
