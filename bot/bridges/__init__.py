"""The customer channels: one line here is one channel.

What a new one costs is told in docs/channels.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.bridges import telegram, webhook
from bot.bridges.base import Bridge
from bot.budget import Budget
from bot.config import Settings
from bot.files import Store
from bot.telegram.calls import Api
from bot.telegram.downloading import Lender


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bridge may be built upon. Nothing is connected yet."""

    settings: Settings
    api: Api  # the Bot API, as the desk's own bot
    budget: Budget  # how often it may be called
    files: Store  # what came by channels other than Telegram
    lender: Lender  # who gives links to files, wherever these are


# How each is built, by the name of its file. None: the settings do not ask for it.
CHANNELS: Mapping[str, Callable[[Surroundings], Bridge | None]] = {
    "telegram": lambda around: telegram.Telegram(
        around.api,
        around.budget,
        around.files,
        private_topics=around.settings.private_topics == "on",
    ),
    "webhook": lambda around: webhook.built(around.settings, around.files, around.lender),
}


# What they read of the settings only when they are built.
READ: Sequence[Callable[[Settings], object]] = (webhook.endpoints_of,)


def check(settings: Settings) -> None:
    """Read what the channels will, and change nothing. Raises BadSetting."""
    for read in READ:
        read(settings)


def built(around: Surroundings) -> list[Bridge]:
    """All channels that the settings ask for. Raises BadSetting."""
    made = [build(around) for build in CHANNELS.values()]
    return [bridge for bridge in made if bridge is not None]
