"""Reactions, buttons, pins: what a person does to messages that stand already."""

from __future__ import annotations

from typing import Any

from sandbox.accounts import Bot
from sandbox.chats import Chat
from sandbox.ephemeral import seen, whisper
from sandbox.errors import Refused
from sandbox.inline import name_of
from sandbox.messages import Message
from sandbox.people.acting import Json, Where
from sandbox.people.writing import Writing
from sandbox.pinning import pin, unpin
from sandbox.posting import emit
from sandbox.reacting import EMOJI, set_reaction
from sandbox.showing import inaccessible_json, message_json

MOST_REACTIONS = 3


class Reacting(Writing):
    """What a person does by a touch."""

    def reacts(self, message_id: int, chat: Where, emoji: list[str]) -> None:
        """Set one's reactions to exactly these; none takes them back."""
        found, message = self._message(chat, message_id)
        names = [EMOJI.get(one.replace("\ufe0f", "")) for one in emoji]
        if len(names) > MOST_REACTIONS or None in names or message.service:
            raise Refused("This reaction is not possible.")
        if not found.may(self.id, "can_react_to_messages"):
            raise Refused("You are not allowed to react here.")
        known = [name for name in names if name]
        hidden = not found.private and self._hides(found)
        set_reaction(self.world, found, message, self.id, known, anonymous=hidden)

    def presses(
        self,
        message_id: int,
        chat: Where,
        button_text: str,
        *,
        inaccessible: bool = False,
        still_open: bool = False,
    ) -> str:
        """Press a button; returns the callback query's id (`world.answers` has the answer).

        Buttons of a reply keyboard write their text, and the answer is an empty string. What the
        app does alone makes no query: a button that copies gives what it copies, one that begins
        an inline query here what stands in the line then.
        `inaccessible` hides the message from the bot, as Telegram does with very old ones.
        `still_open`: who has left the group, or was never in it, presses what stands on their
        screen yet.
        """
        found, message = self._message(chat, message_id, outside=still_open)
        button = _button(message, button_text)
        if "callback_data" in button:
            return self._calls_back(found, message, button, inaccessible)
        if message.inline_keyboard:
            return self._does_alone(message, button)
        thread = message.thread or None
        if button.get("request_location"):
            self.sends(chat, "location", thread=thread, latitude=50.4501, longitude=30.5234)
        elif button.get("request_contact"):
            own: Json = {"first_name": self.user.first_name, "last_name": self.user.last_name}
            own |= {"phone_number": self.user.phone}
            self.sends(chat, "contact", thread=thread, reply_to=message_id, **own)
        else:
            self.writes(chat, button["text"], thread=thread)
        return ""

    def _does_alone(self, message: Message, button: Json) -> str:
        """What the app does of itself, and no bot hears of."""
        match button:
            case {"copy_text": {"text": str(words)}}:
                return words
            case {"switch_inline_query_current_chat": str(query)}:
                return f"@{self.world.users[message.via or message.sender].username} {query}"
            case {"disabled": _}:
                raise Refused("This button is disabled.")
        raise Refused("This button opens something outside the chat.")

    def answers_ephemeral(self, ephemeral_id: int, chat: Where, text: str) -> Json:
        """Reply to what none but this person sees: the bot alone gets it."""
        found, answered = self._aside(chat, ephemeral_id)
        words = self._words(text, None, "text", "entities")
        message = self._prepared(chat, "text", words, answered.thread)
        whisper(self.world, found, message, answered.sender)
        return self._shown(found, message)

    def forges(self, message_id: int, chat: Where, data: str) -> str:
        """Press what does not stand there, by an app of one's own.

        «The message originated the query can contain no callback buttons with this data»
        (Bot API, CallbackQuery).
        """
        found, message = self._message(chat, message_id)
        return self._calls_back(found, message, {"callback_data": data}, False)

    def presses_ephemeral(self, ephemeral_id: int, chat: Where, button_text: str) -> str:
        """Press a button of what none but this person sees; gives the callback query's id."""
        found, message = self._aside(chat, ephemeral_id)
        button = _button(message, button_text)
        if "callback_data" not in button:
            return self._does_alone(message, button)
        return self._calls_back(found, message, button, False)

    def _aside(self, where: Where, number: int) -> tuple[Chat, Message]:
        found = self._chat(where)
        shown = {each.ephemeral: each for each in seen(self.world, found, self.id)}
        if number not in shown:
            raise Refused("This message does not exist.")
        return found, shown[number]

    def restarts(self) -> None:
        """Begin the app anew: what was for this person alone is shown no more."""
        for chat in self.world.chats.values():
            gone = [each.ephemeral for each in seen(self.world, chat, self.id)]
            chat.unseen.update(gone)
            for number in gone:
                emit(self.world, "dismissed", chat, to=self.id, ephemeral_message_id=number)

    def _calls_back(self, chat: Chat, message: Message, button: Json, inaccessible: bool) -> str:
        bot = self.world.bots_by_id.get(message.via or message.sender)
        if bot is None:
            raise Refused("Nobody listens to this button.")
        bot.met.add(self.id)
        pressed = self.world.callbacks.add(bot.id, self.id, self.world.clock(), chat.id, message.id)
        payload: Json = {
            "id": pressed.id,
            "from": self.user.json(),
            **self._pressed_at(chat, message, bot, inaccessible),
            "chat_instance": str(7_000_000_000_000_000_000 + abs(chat.id) * 31 + chat.bot % 31),
            "data": button["callback_data"],
        }
        bot.updates.put("callback_query", payload, f"user:{self.id}")
        return pressed.id

    def _pressed_at(self, chat: Chat, message: Message, bot: Bot, inaccessible: bool) -> Json:
        """Where it was pressed: of what was sent by its inline mode a bot knows a name alone."""
        if message.via:
            return {"inline_message_id": name_of(chat.id, chat.bot, message.id)}
        if inaccessible:
            return {"message": inaccessible_json(self.world, chat, message.id)}
        return {"message": message_json(self.world, chat, message, bot.id)}

    def pins(self, message_id: int, chat: Where) -> None:
        """Pin a message for everybody."""
        found, message = self._pinnable(chat, message_id)
        pin(self.world, found, message, self.id)

    def unpins(self, message_id: int, chat: Where) -> None:
        """Unpin a message."""
        found, message = self._pinnable(chat, message_id)
        unpin(self.world, found, [message.id])

    def _pinnable(self, where: Where, number: int) -> tuple[Chat, Message]:
        found, message = self._message(where, number)
        if message.service:
            raise Refused("Service messages can’t be pinned.")
        if not found.may(self.id, "can_pin_messages"):
            raise Refused("You are not allowed to pin here.")
        return found, message

    def types(self, chat: Where, thread: int | None = None) -> None:
        """Show that one is typing; bots are not told."""
        emit(self.world, "action", self._chat(chat), thread or 0, action="typing", user=self.id)


def _button(message: Message, text: str) -> dict[str, Any]:
    markup = message.markup or {}
    for row in markup.get("inline_keyboard") or markup.get("keyboard") or []:
        for button in row:
            found = {"text": button} if isinstance(button, str) else button
            if found["text"] == text:
                return dict(found)
    raise Refused(f"There is no button “{text}”.")
