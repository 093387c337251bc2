"""Commands: what operators type, what each does and how it is used.

Menus, `/help` and the answer to a misused one are made of this table; what is done stands in
`bot/handlers/commands/`. A menu is a convenience, not a permission: that is `access`.
"""

from dataclasses import dataclass
from enum import Enum

from bot import texts


class By(Enum):
    """To whom it is offered."""

    EVERYBODY = ""
    LEADS = texts.mark("leads and admins")
    ADMINS = texts.mark("admins")


class About(Enum):
    """Under which of its heads `/help` names it."""

    TICKET = texts.mark("The request")
    CUSTOMER = texts.mark("The customer")
    WORDS = texts.mark("What is said")
    DESK = texts.mark("The desk")


@dataclass(frozen=True, slots=True)
class Command:
    """`does` and `usage` are msgids; the usage is what stands behind the name.

    `asks`: the answer is for who asks alone, and so is the command; by itself it changes nothing.
    `hidden`: no menu has it.
    """

    name: str
    does: str
    usage: str = ""
    about: About = About.TICKET
    by: By = By.EVERYBODY
    asks: bool = False
    hidden: bool = False


TABLE = (
    Command("take", texts.mark("The request is mine")),
    Command(
        "assign",
        texts.mark("Give the request to a colleague"),
        texts.mark("@name, or alone to choose"),
    ),
    Command(
        "give",
        texts.mark("The same, with a note for them"),
        texts.mark("@name what is to be done"),
    ),
    Command("unassign", texts.mark("Put the request back: it is nobody’s")),
    Command(
        "priority",
        texts.mark("How urgent the request is"),
        texts.mark("low, normal, high, urgent or emergency"),
    ),
    Command("tag", texts.mark("Put tags on, take them off"), texts.mark("refund -late")),
    Command("field", texts.mark("Fill a field of the request"), texts.mark("name value")),
    Command("resolve", texts.mark("Resolve the ticket")),
    Command("close", texts.mark("Close the ticket")),
    Command("reopen", texts.mark("Reopen the ticket")),
    Command("open", texts.mark("It is our turn"), hidden=True),
    Command("wait", texts.mark("Wait for the customer")),
    Command(
        "spam",
        texts.mark("Close it as spam, without a word; /spam off undoes it"),
        texts.mark("on or off"),
    ),
    Command(
        "move",
        texts.mark("Move the request to another department"),
        texts.mark("department"),
    ),
    Command(
        "transfer",
        texts.mark("Move the request to another department"),
        texts.mark("department"),
        hidden=True,
    ),
    Command(
        "profile",
        texts.mark("Who the customer is: contacts, notes, all requests"),
        texts.mark(
            "(or with: note words, phone +380…, email anna@…, tag loyal, field city Kyiv, vip on)"
        ),
        about=About.CUSTOMER,
        asks=True,
    ),
    Command(
        "ban",
        texts.mark("Turn the customer away, for a time or for good"),
        texts.mark("7d reason, or without a time for good"),
        about=About.CUSTOMER,
        by=By.LEADS,
    ),
    Command(
        "unban",
        texts.mark("Let the customer write again"),
        about=About.CUSTOMER,
        by=By.LEADS,
    ),
    Command(
        "notes",
        texts.mark("Notes mode; /notes off ends it"),
        texts.mark("on or off"),
        about=About.WORDS,
    ),
    Command(
        "unsend",
        texts.mark("Take back the answer I reply to"),
        about=About.WORDS,
    ),
    Command(
        "later",
        texts.mark("An answer that goes later; alone: what is planned"),
        texts.mark("9:00 (or: tomorrow 10:00, 2h) and the words"),
        about=About.WORDS,
    ),
    Command(
        "macro",
        texts.mark("Prepared answers: send one by its name, or choose"),
        texts.mark("refund (or: new refund words, mine, edit, set, show, remove)"),
        about=About.WORDS,
    ),
    Command(
        "history",
        texts.mark("The request’s history, or that of the message I reply to"),
        about=About.WORDS,
        asks=True,
    ),
    Command("mine", texts.mark("My requests"), about=About.DESK, asks=True),
    Command("queue", texts.mark("What is nobody’s and waits"), about=About.DESK, asks=True),
    Command("onduty", texts.mark("I am on duty"), about=About.DESK),
    Command("offduty", texts.mark("I am on duty no more"), about=About.DESK),
    Command("help", texts.mark("How to work here"), about=About.DESK, asks=True),
    Command("start", texts.mark("How to work here"), about=About.DESK, asks=True, hidden=True),
    Command("status", texts.mark("Desk status"), about=About.DESK, by=By.LEADS, asks=True),
    Command(
        "language",
        texts.mark("Choose the language of this group"),
        about=About.DESK,
        by=By.ADMINS,
    ),
    Command(
        "settings",
        texts.mark("How this department works"),
        texts.mark("(alone it lists what can be typed behind it)"),
        about=About.DESK,
        by=By.ADMINS,
        asks=True,
    ),
    Command(
        "operators",
        texts.mark("Who works here, and as what"),
        texts.mark(
            "@name lead, operator or observer; languages uk, en; skills refunds; capacity 10; "
            "absent until 2.12 or absent no"
        ),
        about=About.DESK,
        by=By.ADMINS,
        asks=True,
    ),
    Command(
        "routing",
        texts.mark("Who gets new requests"),
        texts.mark("manual, round robin or least loaded; skill refunds or skill no"),
        about=About.DESK,
        by=By.ADMINS,
    ),
    Command(
        "departments",
        texts.mark("All departments"),
        about=About.DESK,
        by=By.ADMINS,
        asks=True,
    ),
    Command("dissolve", texts.mark("Dissolve this department"), about=About.DESK, by=By.ADMINS),
    Command(
        "setup",
        texts.mark("Check the group and the bot’s rights"),
        about=About.DESK,
        by=By.ADMINS,
    ),
)
NAMED = {each.name: each for each in TABLE}
