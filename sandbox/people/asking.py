"""Inline bots, in the line of any chat: «@bot words», and what is chosen from the list."""

from __future__ import annotations

from sandbox.accounts import Bot
from sandbox.chats import Chat
from sandbox.errors import Refused
from sandbox.inline import Query, Result, name_of
from sandbox.people.acting import Json, Where
from sandbox.people.writing import Writing
from sandbox.rights import right_to_send

LONGEST = 256


class Asking(Writing):
    """What a person does with bots that answer in the line."""

    def asks_inline(
        self, chat: Where, query: str = "", *, bot: Bot | None = None, offset: str = ""
    ) -> str:
        """Type «@bot words»; returns the query's id (`world.inline.answers` has the answer).

        Without `bot` it is the chat's own, or the first that answers in the line.
        """
        found, asked = self._chat(chat), bot or self._usual(chat)
        if not asked.inline:
            raise Refused("This bot does not answer in the line.")
        if len(query) > LONGEST:
            raise Refused("This is too long to be asked.")
        if not found.may(self.id, "can_send_other_messages"):
            raise Refused("You are not allowed to use bots here.")
        asked.met.add(self.id)
        where = _chat_type(found, asked)
        now = self.world.clock()
        made = self.world.inline.ask(asked.id, self.id, where, query, offset, now)
        if answer := self.world.inline.answers.get(made.id):
            event: Json = {"type": "answer", "chat": None, "thread": None, "person": self.id}
            self.world.tell({**event, "id": made.id, **answer.json()})
        else:
            asked.updates.put("inline_query", self._query(made), f"user:{self.id}")
        return made.id

    def _usual(self, where: Where) -> Bot:
        if isinstance(where, Bot):
            return where
        for bot in self.world.bots.values():
            if bot.inline:
                return bot
        raise Refused("No bot answers in the line.")

    def _query(self, query: Query) -> Json:
        asked = {"id": query.id, "query": query.text, "offset": query.offset}
        return {**asked, "from": self.user.json(), "chat_type": query.chat_type}

    def chooses(
        self,
        chat: Where,
        query: str,
        number: int = 0,
        *,
        thread: int | None = None,
        reply_to: int | Json | None = None,
    ) -> Json:
        """Send what stands at this place of the answer to a `query`, counted from 0."""
        found = self.world.inline.chosen(query, self.id, number)
        if found is None:
            raise Refused("There is nothing to choose.")
        asked, result = found
        where = self._chat(chat)
        right, name = right_to_send(result.kind)
        if not (where.may(self.id, right) and where.may(self.id, "can_send_other_messages")):
            raise Refused(f"You are not allowed to send {name} here.")
        message = self._prepared(chat, result.kind, result.content, thread)
        message.via, message.markup = asked.bot, result.markup
        shown = self._posted(chat, message, reply_to, None, False)
        self._feeds_back(asked, result, name_of(where.id, where.bot, message.id))
        return shown

    def _feeds_back(self, query: Query, result: Result, name: str) -> None:
        """The bot hears what was chosen, if it wants to (BotFather: inline feedback)."""
        bot = self.world.bots_by_id[query.bot]
        if not bot.inline_feedback:
            return
        chosen: Json = {"result_id": result.id, "from": self.user.json(), "query": query.text}
        if result.markup:
            chosen["inline_message_id"] = name
        bot.updates.put("chosen_inline_result", chosen, f"user:{self.id}")


def _chat_type(chat: Chat, bot: Bot) -> str:
    """As the bot hears it: its own chat with the person is the sender's."""
    return "sender" if chat.private and chat.bot == bot.id else chat.type
