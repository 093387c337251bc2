"""The icons that Telegram lends to topics."""

from aiogram.methods import GetForumTopicIconStickers

from bot import cards
from bot.forum.ground import Ground
from bot.telegram.calls import ask
from models import Status

VARIATION = "\ufe0f"  # Telegram names emoji with and without it


async def icon_of(ground: Ground, status: Status) -> str:
    """The custom emoji id of the status's icon; "" if Telegram has none such for us."""
    if not ground.all.icons:
        stickers = await ask(ground.bot, GetForumTopicIconStickers())
        for sticker in stickers:
            if sticker.emoji and sticker.custom_emoji_id:
                ground.all.icons[sticker.emoji.replace(VARIATION, "")] = sticker.custom_emoji_id
    icon = ground.all.icons.get(cards.icon(status).replace(VARIATION, ""), "")
    return "" if icon in ground.all.bad_icons else icon
