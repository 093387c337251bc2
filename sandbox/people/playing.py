"""Polls and live locations."""

from __future__ import annotations

from sandbox.chats import Chat
from sandbox.errors import Refused
from sandbox.messages import Message
from sandbox.people.acting import Json, Where
from sandbox.people.writing import Writing
from sandbox.polls import Poll
from sandbox.posting import tell_page


class Playing(Writing):
    """What a person does with messages that live on."""

    def votes(self, message_id: int, chat: Where, options: list[int]) -> None:
        """Choose in a poll, by the options' places from 0; none takes the vote back."""
        found, message = self._message(chat, message_id)
        if message.kind != "poll":
            raise Refused("This is not a poll.")
        poll = self.world.polls[message.content["poll"]["id"]]
        _check_vote(poll, options)
        poll.vote(self.id, sorted(set(options)))
        self._tell_owner(poll)
        tell_page(self.world, found, message, "edited")

    def _tell_owner(self, poll: Poll) -> None:
        bot = self.world.bots_by_id.get(poll.owner)
        if bot is None:
            return
        queue = f"poll:{poll.shown['id']}"
        bot.updates.put("poll", poll.shown, queue)
        if not poll.shown["is_anonymous"]:
            chosen = poll.votes.get(self.id, [])
            answer: Json = {
                "poll_id": poll.shown["id"],
                "user": self.user.json(),
                "option_ids": chosen,
                "option_persistent_ids": [str(number) for number in chosen],
            }
            bot.updates.put("poll_answer", answer, queue)

    def moves(self, message_id: int, chat: Where, latitude: float, longitude: float) -> Json:
        """Move one's live location."""
        place = {"latitude": latitude, "longitude": longitude}
        found, message = self._live(chat, message_id)
        content = {"location": {**message.content["location"], **place}}
        return self._edited(found, message, content)

    def stops(self, message_id: int, chat: Where) -> Json:
        """Stop sharing one's live location."""
        found, message = self._live(chat, message_id)
        place = message.content["location"]
        kept = {name: place[name] for name in ("latitude", "longitude")}
        return self._edited(found, message, {"location": kept})

    def _live(self, chat: Where, message_id: int) -> tuple[Chat, Message]:
        found, message = self._message(chat, message_id)
        period = message.content.get("location", {}).get("live_period")
        if not period or message.sender != self.id or self.world.now() > message.date + period:
            raise Refused("This location is not live.")
        return found, message


def _check_vote(poll: Poll, options: list[int]) -> None:
    if poll.shown["is_closed"]:
        raise Refused("This poll is closed.")
    if len(options) > 1 and not poll.shown["allows_multiple_answers"]:
        raise Refused("Only one answer is possible.")
    if any(not 0 <= number < len(poll.shown["options"]) for number in options):
        raise Refused("There is no such option.")
