"""Doubts: words that stay among colleagues until their author says that the customer is meant.

Whatever is not certain is a note, and its author is asked. They are the only one who can send it
(`decisions`).
"""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.said import Buttons
from models import Message

NEAR = texts.mark("✋ Is this a note, or is it for the customer? It was not sent.")
FORWARD = texts.mark("📝 A forward stays among colleagues until its author sends it.")
SENT = texts.mark("📨 Sent to the customer.")
KEPT = texts.mark("📝 Kept as a note.")


async def ask(message: Message, sentence: str, now: datetime) -> None:
    """Say why the words stay inside (a msgid), with a way to send them."""
    send = (texts.mark("📨 Send to the customer"), f"send:{message.id}")
    row = [send]
    if sentence == NEAR:
        row = [(texts.mark("📝 It is a note"), f"keep:{message.id}"), send]
    rows: Buttons = [row]
    await tickets.tell(message.ticket_id, sentence, now, buttons=rows, message_id=message.id)
