"""Fair shares: which of equally urgent deliveries spends the operators' group's budget first.

The share is per customer. Each delivery carries a rank, an instant: now for who writes at a normal
pace, and a step behind the customer's last one for who writes faster, so a flood ranks further and
further in the future. (Start-time fair queueing: Goyal, Vin, Cheng, 1996.) The last rank is read
from the rows themselves; nothing else is kept, and nothing more is locked. What concerns no
customer, and what goes by a channel, ranks by the instant at which it is due.
"""

from bot.desk.outbox.drafts import MERGE

ACTION = 6.0  # seconds of a customer's time that an action of the group costs
TOPIC = 3  # actions: the topic, its card with the words, the pin
POST = 4096  # characters that an action shows
LINES = 30  # and so many lines at most

# Over `draft`, `ticket` and `last`. The more urgent come first, whatever the order in which one
# transaction has put them.
RANK = """
CASE WHEN ticket.customer_id IS NULL THEN draft.due_at ELSE GREATEST(
    draft.created_at + sum(draft.price) OVER earlier - first_value(draft.price) OVER earlier,
    last.rank + sum(draft.price) OVER earlier) END
"""
WINDOW = "earlier AS (PARTITION BY ticket.customer_id ORDER BY draft.priority, draft.place)"
SHARED = """
LEFT JOIN ticket ON ticket.id = draft.ticket_id AND draft.gate = 'forum'
LEFT JOIN LATERAL (
    SELECT rank FROM delivery AS behind WHERE behind.customer_id = ticket.customer_id
    ORDER BY behind.rank DESC LIMIT 1
) AS last ON TRUE
"""


# Whether the last that waits in the lane of `put` is plain words: more of them share its post.
# BETWEEN leaves the lane in the order, which the lanes' own index gives alone: for the id by itself
# PostgreSQL would walk through all that waits, backwards, to find that nothing is in this lane.
JOINS = f"""
COALESCE((SELECT payload -> '{MERGE}' = 'true' FROM delivery AS before
          WHERE before.lane BETWEEN put.lane AND put.lane AND before.state = 'waiting'
          ORDER BY before.lane DESC, id DESC LIMIT 1),
         (SELECT payload -> '{MERGE}' = 'true' FROM delivery AS before
          WHERE before.lane = put.lane AND before.state = 'head' LIMIT 1), FALSE)
"""  # noqa: S608  (nothing but our own words)


def portion(length: int) -> float:
    """How much of an action is spent by so many characters that may share a post.

    Twice what they fill, for half of a post may stay empty where the next words do not fit.
    """
    return min(1.0, max(1 / LINES, 2 * length / POST))


def price(*, opens: bool, looks: bool) -> float:
    """Seconds of its customer's time that a delivery costs; one that `opens` a ticket, more.

    What only `looks` better is carried when there is room, and costs nobody anything.
    """
    if looks:
        return 0.0
    return ACTION * (TOPIC if opens else 1)
