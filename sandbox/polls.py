"""Polls and their votes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Poll:
    """`shown` is Bot API's Poll, kept up to date; it stands in the content of its messages."""

    shown: Json
    owner: int
    votes: dict[int, list[int]] = field(default_factory=dict)

    def vote(self, user: int, options: list[int]) -> None:
        """Set a user's choice; an empty list takes it back."""
        if options:
            self.votes[user] = options
        else:
            self.votes.pop(user, None)
        for number, option in enumerate(self.shown["options"]):
            option["voter_count"] = sum(number in chosen for chosen in self.votes.values())
        self.shown["total_voter_count"] = len(self.votes)


def unvoted(number: int, fields: Json) -> Json:
    """Bot API: Poll, before the first vote; `fields` are its own, options as plain texts."""
    options = [
        {"persistent_id": str(place), "text": text, "voter_count": 0}
        for place, text in enumerate(fields["options"])
    ]
    return {
        "id": str(number),
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
        **fields,
        "options": options,
    }


def question(shown: Json) -> Json:
    """What of a poll is asked anew where it is copied, as `unvoted` takes it."""
    kept = {k: v for k, v in shown.items() if k not in ("id", "total_voter_count", "is_closed")}
    return {**kept, "options": [option["text"] for option in shown["options"]]}
