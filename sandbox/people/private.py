"""A person and a bot: starting, blocking, leaving Telegram."""

from __future__ import annotations

from sandbox.accounts import Bot
from sandbox.chats import Member
from sandbox.membership import tell_block
from sandbox.people.acting import Json
from sandbox.people.writing import Writing


class InPrivate(Writing):
    """What a person does with a bot as such."""

    def start(self, bot: Bot, payload: str = "") -> Json:
        """Press Start, unblocking the bot if need be; returns the /start message."""
        chat = self._chat(bot)
        if chat.blocked:
            self.unblocks(bot)
        return self.writes(bot, f"/start {payload}".strip())

    def blocks(self, bot: Bot) -> None:
        """Stop and block the bot."""
        self._set_blocked(bot, True)

    def unblocks(self, bot: Bot) -> None:
        """Unblock the bot, without pressing Start."""
        self._set_blocked(bot, False)

    def _set_blocked(self, bot: Bot, blocked: bool) -> None:
        chat = self._chat(bot)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        old = Member(bot.id, "member" if blocked else "kicked")
        new = Member(bot.id, "kicked" if blocked else "member")
        tell_block(self.world, chat, old, new)

    def takes_name(self, first: str, last: str = "") -> None:
        """Be called otherwise from now on; bots see it with the next update."""
        self.user.first_name, self.user.last_name = first, last

    def takes_number(self, phone: str) -> None:
        """Have another telephone number from now on."""
        self.user.number = phone

    def deletes_account(self) -> None:
        """Leave Telegram for good."""
        self.user.deactivated = True
        self.user.first_name, self.user.last_name, self.user.username = "Deleted Account", "", ""
