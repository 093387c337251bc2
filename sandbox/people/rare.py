"""What people can send and bots can only look at: stories, games, checklists, invoices …"""

from __future__ import annotations

from typing import Any

from sandbox.people.acting import Acting

Json = dict[str, Any]

DAY = 86_400


def rare_content(person: Acting, kind: str, fields: Json) -> tuple[str, Json]:
    """The content of one of RARE_KINDS; `fields` change what it says."""
    return kind, {kind: _MAKERS[kind](person) | fields}


def _story(person: Acting) -> Json:
    chat = {"id": person.id, "type": "private", "first_name": person.user.first_name}
    return {"chat": chat, "id": person.world.number("story")}


def _game(_person: Acting) -> Json:
    return {"title": "Game", "description": "A game", "photo": []}


def _checklist(_person: Acting) -> Json:
    return {"title": "Checklist", "tasks": [{"id": 1, "text": "One"}, {"id": 2, "text": "Two"}]}


def _invoice(_person: Acting) -> Json:
    return {
        "title": "Invoice",
        "description": "To be paid",
        "start_parameter": "pay",
        "currency": "UAH",
        "total_amount": 10_000,
    }


def _giveaway(person: Acting) -> Json:
    return {
        "chats": [],
        "winners_selection_date": person.world.now() + DAY,
        "winner_count": 1,
    }


def _paid_media(_person: Acting) -> Json:
    preview = {"type": "preview", "width": 1280, "height": 720}
    return {"star_count": 50, "paid_media": [preview]}


_MAKERS = {
    "story": _story,
    "game": _game,
    "checklist": _checklist,
    "invoice": _invoice,
    "giveaway": _giveaway,
    "paid_media": _paid_media,
}
