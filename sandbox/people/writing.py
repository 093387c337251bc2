"""Writing, sending, forwarding, editing, deleting."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat
from sandbox.entities import formatted
from sandbox.ephemeral import commanded, whisper
from sandbox.errors import ApiError, Refused
from sandbox.messages import CAPTION_KINDS, FOREVER, Message
from sandbox.origins import origin_of
from sandbox.people.acting import Acting, Json, Where
from sandbox.people.content import content_of
from sandbox.posting import post, remove, tell_bots, tell_page
from sandbox.replying import external_reply, marks_of, quote_of
from sandbox.rights import right_to_send

EDIT_LIFE = 48 * 3600
Quoted = str | tuple[str, int]  # the words, and in UTF-16 units from where on they are looked for
LIMITS = {"text": 4096, "caption": 2048}  # a caption of that length is for Premium accounts


class Writing(Acting):
    """What a person puts into chats."""

    def writes(  # noqa: PLR0913
        self,
        chat: Where,
        text: str,
        *,
        thread: int | None = None,
        reply_to: int | Json | None = None,
        quote: Quoted | None = None,
        entities: list[Json] | None = None,
        protected: bool = False,
    ) -> Json:
        """Write a text; links, mentions and commands in it become entities by themselves.

        `reply_to` is a message id in the same chat, or a message of another chat as JSON.
        """
        content = self._words(text, entities, "text", "entities")
        message = self._prepared(chat, "text", content, thread)
        return self._posted(chat, message, reply_to, quote, protected)

    def sends(  # noqa: PLR0913
        self,
        chat: Where,
        kind: str,
        *,
        data: bytes | None = None,
        filename: str | None = None,
        caption: str | None = None,
        caption_entities: list[Json] | None = None,
        thread: int | None = None,
        reply_to: int | Json | None = None,
        quote: Quoted | None = None,
        protected: bool = False,
        album: str = "",
        **fields: Any,
    ) -> Json:
        """Send a photo, a file, a place …; `size=` declares a large file without its bytes."""
        shown, content = content_of(self, kind, data, filename, fields)
        if caption and shown in CAPTION_KINDS:
            words = self._words(caption, caption_entities, "caption", "caption_entities")
            content = {**content, **words}
        message = self._prepared(chat, shown, content, thread)
        message.album = album
        return self._posted(chat, message, reply_to, quote, protected)

    def album(
        self,
        chat: Where,
        parts: list[Json],
        *,
        thread: int | None = None,
        reply_to: int | Json | None = None,
    ) -> list[Json]:
        """Send several media as one album, all at once."""
        group = self.new_album()
        return [
            self.album_part(chat, group, part, thread=thread, reply_to=reply_to) for part in parts
        ]

    def new_album(self) -> str:
        """A `media_group_id` for `album_part`."""
        return self.world.new_album()

    def album_part(
        self,
        chat: Where,
        group_id: str,
        part: Json,
        *,
        thread: int | None = None,
        reply_to: int | Json | None = None,
    ) -> Json:
        """Send one part of an album; the caller decides when the next one follows."""
        return self.sends(chat, album=group_id, thread=thread, reply_to=reply_to, **part)

    def forwards(
        self,
        from_message: Json,
        chat: Where,
        thread: int | None = None,
        *,
        hidden: bool = False,
        origin: Json | None = None,
    ) -> Json:
        """Forward a message one has got from `writes`, `history` …; `hidden` names no account.

        `origin` is shown in the place of the true one, its date added: a hidden user without a
        name, or a kind of a version to come.
        """
        source, original = self._source(from_message)
        if original.protected or source.protected:
            raise Refused("This content is protected and can’t be forwarded.")
        if original.service:
            raise Refused("Service messages can’t be forwarded.")
        message = self._prepared(chat, original.kind, original.content, thread)
        message.origin = origin_of(self.world, source, original, hidden=hidden)
        message.via = original.via
        if origin is not None:
            _check_origin(origin)
            message.origin = {"date": message.origin["date"], **origin}
        return self._posted(chat, message, None, None, False)

    def edits(
        self, message_id: int, chat: Where, text: str, *, entities: list[Json] | None = None
    ) -> Json:
        """Change the text or the caption of one's own message."""
        found, message = self._message(chat, message_id)
        self._check_edit(message)
        text_key, entities_key = (
            ("text", "entities") if message.kind == "text" else ("caption", "caption_entities")
        )
        content = {k: v for k, v in message.content.items() if k not in (text_key, entities_key)}
        content |= self._words(text, entities, text_key, entities_key)
        return self._edited(found, message, content)

    def _check_edit(self, message: Message) -> None:
        if message.sender != self.id:
            raise Refused("Only the author can edit a message.")
        if (
            message.origin
            or message.via
            or (message.kind != "text" and message.kind not in CAPTION_KINDS)
        ):
            raise Refused("This message can’t be edited.")
        if self.world.now() - message.date > EDIT_LIFE:
            raise Refused("This message is too old to be edited.")

    def _edited(self, chat: Chat, message: Message, content: Json) -> Json:
        message.content = content
        message.edit_date = self.world.now()
        tell_bots(self.world, chat, message, "edited_message")
        tell_page(self.world, chat, message, "edited")
        return self._shown(chat, message)

    def deletes(self, message_id: int, chat: Where) -> None:
        """Delete for everybody. Bots are not told."""
        found, message = self._message(chat, message_id)
        mine = message.sender == self.id or found.private
        if not mine and not found.admin_may(self.id, "can_delete_messages"):
            raise Refused("You can’t delete messages of others.")
        if message.kind in FOREVER:
            raise Refused("This message can’t be deleted.")
        remove(self.world, found, message)

    def _prepared(self, where: Where, kind: str, content: Json, thread: int | None) -> Message:
        chat = self._chat(where)
        if chat.private:
            if chat.blocked:
                raise Refused("You have blocked this bot.")
            chat.started = True
        else:
            self._check_group(chat, kind)
        self._check_topic(chat, thread)
        message = Message(0, self.world.now(), self.id, kind, content)
        message.thread = thread if thread and thread > 1 and chat.is_forum else 0
        message.channel = "" if chat.private else self.channel
        message.anonymous = not chat.private and not self.channel and self._hides(chat)
        return message

    def _hides(self, chat: Chat) -> bool:
        return chat.is_admin(self.id) and (self.anonymous or chat.member(self.id).anonymous)

    def _check_group(self, chat: Chat, kind: str) -> None:
        right, name = right_to_send(kind)
        if not chat.may(self.id, right):
            raise Refused(f"You are not allowed to send {name} here.")

    def _check_topic(self, chat: Chat, thread: int | None) -> None:
        topic = chat.topic(thread or 1) if chat.is_forum else None
        if chat.is_forum and topic is None:
            raise Refused(f"There is no topic {thread}.")
        if topic and topic.closed and not self._may_manage(chat, topic.creator):
            raise Refused("This topic is closed.")

    def _may_manage(self, chat: Chat, creator: int) -> bool:
        return creator == self.id or chat.admin_may(self.id, "can_manage_topics")

    def _posted(
        self,
        where: Where,
        message: Message,
        reply_to: int | Json | None,
        quote: Quoted | None,
        protected: bool,
    ) -> Json:
        chat = self._chat(where)
        message.protected = protected or chat.protected
        if reply_to:
            self._reply(chat, message, reply_to, quote)
        if bot := commanded(self.world, chat, message):
            whisper(self.world, chat, message, bot.id)
        else:
            post(self.world, chat, message)
        return self._shown(chat, message)

    def _reply(
        self, chat: Chat, message: Message, reply_to: int | Json, quote: Quoted | None
    ) -> None:
        source, target = self._replied(chat, reply_to)
        if source is chat and target.thread == message.thread:
            message.reply_to = target.id
        else:
            message.external_reply = external_reply(self.world, source, target)
        if quote:
            try:
                text, near = (quote, 0) if isinstance(quote, str) else quote
                message.quote = quote_of(target, text, [], near)
            except ApiError:
                raise Refused("The quote is not in the message.") from None
            if marks := marks_of(target, message.quote):
                message.quote["entities"] = marks

    def _replied(self, chat: Chat, reply_to: int | Json) -> tuple[Chat, Message]:
        if not isinstance(reply_to, int):
            return self._source(reply_to)
        target = chat.messages.get(reply_to)
        if target is None:
            raise Refused("The message to reply to does not exist.")
        return chat, target

    def _words(
        self, text: str, entities: list[Json] | None, text_key: str, entities_key: str
    ) -> Json:
        """A text and what is marked in it, by the person or by Telegram itself."""
        try:
            text, marks = formatted(text, entities, self.world.find_user)
        except ApiError as error:
            raise Refused(error.description) from None
        if not text:
            raise Refused("There is nothing to send.")
        if len(text) > LIMITS[text_key]:
            raise Refused("This is too long for one message.")
        return {text_key: text, entities_key: marks} if marks else {text_key: text}

    def _source(self, shown: Json) -> tuple[Chat, Message]:
        match shown:
            case {"message_id": int(number), "chat": {"id": int(chat_id)}}:
                pass
            case _:
                raise Refused("This is no message.")
        if chat_id in self.world.chats:
            return self._message(chat_id, number)
        for bot in self.world.bots.values():
            chat = self.world.private_chats.get((bot.id, self.id))
            message = chat.messages.get(number) if chat and chat_id == self.id else None
            if chat and message and message.date == shown.get("date"):
                return chat, message
        raise Refused("This message does not exist.")


def _check_origin(origin: Json) -> None:
    """Bot API: MessageOrigin; of a kind to come only the name is asked for."""
    match origin:
        case {"date": date} if isinstance(date, bool) or not isinstance(date, int):
            raise Refused("A date is a number.")
        case {"type": "user", "sender_user": {}} | {"type": "chat", "sender_chat": {}}:
            return
        case {"type": "channel", "chat": {}, "message_id": int()}:
            return
        case {"type": str(kind)} if kind not in ("user", "chat", "channel"):
            return
    raise Refused("This is no origin.")
