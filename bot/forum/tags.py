"""Tags of members: «on duty» stands by the name of who is, where the group lets the bot write it.

What people have written there themselves is left as it is.
"""

from collections.abc import Iterator

import structlog
from aiogram.methods import GetChatMember, SetChatMemberTag
from aiogram.types import ChatMemberMember

from bot import texts
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds.to_group import Tag
from bot.desk.people import operators
from bot.forum import groups
from bot.forum.errand import NOTHING
from bot.forum.ground import Ground
from bot.telegram.calls import ask
from bot.telegram.refusals import Moved, Refused
from bot.texts import _
from models import Group

log = structlog.get_logger(__name__)

ON_DUTY = texts.mark("on duty")  # Bot API: setChatMemberTag, 0–16 characters, no emoji


async def tag(ground: Ground, what: Tag, _number: int) -> Carried:
    """As it is now. What is refused is but a tag."""
    group = await groups.at(what.chat_id)
    try:
        if group and await _is_to_be_written(ground, what, wanted := await _wanted(what, group)):
            await ground.speaker(what.chat_id).call(_written(what, wanted))
            return NOTHING
    except Moved:
        raise
    except Refused as refusal:
        log.info("no_tag", chat=what.chat_id, user=what.user_id, reason=refusal.detail)
    await ground.purse.give_back(what.chat_id)
    return NOTHING


async def _wanted(what: Tag, group: Group) -> str:
    with texts.use(group.language):
        return _(ON_DUTY) if await operators.is_on_duty(what.user_id) else ""


async def _is_to_be_written(ground: Ground, what: Tag, wanted: str) -> bool:
    """Whether it says something else, and that was us."""
    found = await ask(ground.bot, GetChatMember(chat_id=what.chat_id, user_id=what.user_id))
    stands = (found.tag or "") if isinstance(found, ChatMemberMember) else wanted
    return stands != wanted and stands in {"", *_ours()}


def _ours() -> Iterator[str]:
    for language in texts.LANGUAGES:
        with texts.use(language):
            yield _(ON_DUTY)


def _written(what: Tag, tag: str) -> SetChatMemberTag:
    return SetChatMemberTag(chat_id=what.chat_id, user_id=what.user_id, tag=tag)
