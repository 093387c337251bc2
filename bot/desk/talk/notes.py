"""Notes: which words stay among colleagues, and where they stand.

A note never reaches a customer. Whenever it is not certain that words are meant for the
customer, they are a note.
"""

import re

from bot.desk import commands
from bot.desk.said import Content
from bot.desk.words.names import unmasked
from models import Direction, Message, Ticket
from models.rows import fetch

BEGINNING = 256  # characters in which a mark is looked for; it takes their square in time
FEW = 6  # words: a mark behind so many may still be meant as one
SLASH = r"[/／⁄∕⧸╱]"  # what looks like a slash, to whoever typed it
MARK = re.compile(rf"\s*(?:{SLASH}\s*{SLASH}|[⫽⫻]|{SLASH}note(?:@\w+)?(?![\w/]))", re.I)
BACK = r"[\\＼∖⧵﹨]"  # where Cyrillic keyboards have the slash
LEANING = rf"(?:{SLASH}|{BACK})"
DOT = r"[.\u2024]"
NOTE = r"(?:notes?|тщеу[іы]?)\b"  # as it is, and typed on a Cyrillic keyboard
# What people type for one of our commands: Cyrillic keyboards have another sign where the slash is.
CYRILLIC = str.maketrans("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфівапролдячсмить")
TYPED = [name.translate(CYRILLIC).replace("і", "[іы]") for name in commands.NAMED]
OURS = rf"(?:{'|'.join([*commands.NAMED, *TYPED])})(?![\w.])"
STROKE = rf"(?:{SLASH}|{DOT})"
FACE = re.compile(rf"(?<!\S)(?:>?[:;=]['’^-]?{LEANING}(?!\S)|\+/[-–—−])")  # :-/ and +/-
# What merely looks like a note: its author is asked. Cyrillic keyboards have a dot or a comma where
# others have the slash; three dots are an ellipsis, and nothing behind two is no note. A slash
# before a letter is a command or a path.
NEAR = re.compile(
    rf"""
    \s* (?: \d+[.)]\s )?  (?: [^\w@]*@\w++ )*  [\W_]*?  # a list, colleagues, no letters
    (?: {LEANING}\s*{LEANING} | [⫽⫻]                # the mark itself, behind them
      | (?:{LEANING}|{DOT}|[,|])\s*{NOTE}              # its long form, not quite
      | (?:{BACK}|(?<!{DOT}){DOT}|,){OURS}            # one of our commands, not quite
      | (?<!{STROKE})(?<!{STROKE}\s) {STROKE}\s*{STROKE} (?!\s*{STROKE}) (?=\s*\S)
      | \u2025 (?=\s*\S) | (?<![,|]) (?:,,|\|\|) (?=\s*[^\s,|])
      | {SLASH}(?![^\W_]) | {BACK}(?!\S) )
    """,
    re.I | re.X,
)
# The mark behind a few words, whatever they are: «FYI // look», «Olga,//look». No address is one.
AMONG = re.compile(
    rf"""
    \s* (?: \S+\s+ ){{0,{FEW}}}?  (?! [^\s/]* (?: [a-z\d]: | \w\.\w[^\s/]* ) //\S )
    (?: [^\s/]* (?: {SLASH}{SLASH} | {SLASH}\s+{SLASH}(?!\w) | [⫽⫻] )
      | {LEANING}\s*{LEANING}(?!\S) | [\W_]*{LEANING}{NOTE} )
    """,
    re.I | re.X,
)
# What is typed for a bot that offers answers in the line, and was sent before one was chosen.
ASKED = re.compile(r"\s*@\w*bot\b", re.I)
COMMAND = re.compile(rf"\s*({SLASH}[^\W\d_](?:\S*\s*\Z|[^\s/]*(?=\s)))")
BESIDE = """
SELECT 1 FROM message AS note
WHERE note.ticket_id = $1 AND note.direction = 'note' AND (note.album = $2 OR note.upon_id = $3)
LIMIT 1
"""


def is_marked(content: Content) -> bool:
    """Whether the words, or the question of a poll, begin as a note does.

    Those of a macro do not, whatever fills them: they were looked at as they are written.
    """
    return any(MARK.match(text) for text in _readings(content))


def is_near(content: Content) -> bool:
    """Whether the words, or the question of a poll, begin nearly as a note or a command does.

    Or a line of them begins as one does: its author alone knows for whom the others are. Or they
    were meant for a bot.
    """
    return any(
        NEAR.match(beginning)
        or AMONG.match(beginning)
        or ASKED.match(beginning)
        or any(MARK.match(line) for line in text.splitlines())
        for text in _readings(content)
        for beginning in [FACE.sub(" ", text[:BEGINNING])]
    )


def _readings(content: Content) -> list[str]:
    """What its author may see of it: letters that look like nothing may part words or not."""
    if content.prepared:
        return []
    files = content.attachments
    texts = [content.words.text, content.title]
    texts += [
        said for one in files for said in (one.title, one.caption.text if one.caption else "")
    ]
    return [unmasked(text, gap) for text in texts for gap in ("", " ")]


def command(text: str) -> str | None:
    """What stands where a command would, with or without Telegram's own mark on it.

    It need not be one of ours. A path of several parts among words is none.
    """
    found = COMMAND.match(unmasked(text))
    return found[1].strip() if found else None


def is_note(ticket: Ticket, content: Content, answered: Message | None) -> bool:
    """Whether an operator's words in a topic are certainly a note."""
    if is_marked(content) or ticket.notes_mode:
        return True
    return answered is not None and answered.direction is Direction.NOTE


async def beside(message: Message) -> bool:
    """Whether a note stands upon the message, or in its album."""
    found = await fetch(BESIDE, message.ticket_id, message.album, message.id)
    return bool(found)


async def answer_beneath(message: Message) -> Message | None:
    """What the customer has of it: the message itself, or the answer that a note stands upon."""
    if message.direction is Direction.NOTE and message.upon_id:
        message = await Message.get(id=message.upon_id)
    return message if message.direction is Direction.OUT else None
