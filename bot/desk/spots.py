"""Spots: places in a group, for what is said there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a group to answer: the topic, and the message that is answered.

    Not `ours`: any group, which must not cost the operators' group anything.
    """

    chat_id: int
    thread_id: int | None = None
    post_id: int | None = None
    ours: bool = True
