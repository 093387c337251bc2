"""What is said or done in a group besides tickets: each names its chat, which need not be bound."""

from dataclasses import dataclass, field, replace
from typing import Self

from bot.desk.outbox.drafts import Draft, Json, Kind, Precedence
from bot.desk.outbox.gates import FORUM, WHISPERS
from bot.desk.said import Buttons, sentences
from bot.desk.said.sentences import Choices, Said


class ToGroup(Kind):
    """In one chat, which pays for it: an operators' group among all that is done there."""

    __slots__ = ()
    priority = Precedence.NOTICE
    chat_id: int

    def lane(self) -> str:
        """One for each kind and chat."""
        return f"{self.kind}:{self.chat_id}"

    def draft(self) -> Draft:
        """To be put."""
        lane, payload, chat_id = self.lane(), self.dump(), self.chat_id
        return Draft(
            FORUM, lane, self.kind, payload, self.priority, once=self.once, chat_id=chat_id
        )

    def moved(self, chat_id: int) -> Self:
        """The same in the chat that Telegram has made of this one."""
        return replace(self, chat_id=chat_id)  # type: ignore[type-var]


class Placed(ToGroup):
    """What is said in a topic, or in reply to a post."""

    __slots__ = ()
    thread_id: int | None
    reply_to: int | None

    def moved(self, chat_id: int) -> Self:
        """In General: no topic and no post has its number there."""
        there = {"chat_id": chat_id, "thread_id": None, "reply_to": None}
        return replace(self, **there)  # type: ignore[type-var]


class Answer(Placed):
    """What answers a command, where it was given. `asked_by`: answers to one are few at a time."""

    __slots__ = ()
    asked_by: int | None

    def draft(self) -> Draft:
        """To be put: whispered to who asked, unless it is for all."""
        usual = ToGroup.draft(self)
        return replace(usual, gate=WHISPERS) if self.is_whispered else usual

    @property
    def is_whispered(self) -> bool:
        """Whether it is for who asked alone."""
        return False

    def lane(self) -> str:
        """One for each person, where it is known who asks; else one for each topic."""
        whose = f":{self.asked_by}" if self.asked_by is not None else f"/{self.thread_id or ''}"
        return f"{'whisper:' if self.is_whispered else ''}{self.kind}:{self.chat_id}{whose}"


class Whispered(Answer):
    """What is for who asked alone, if that is known.

    `aloud`: it did not reach them otherwise, so it is said before all. `asked`: what they have
    asked, as a number. `turns`: what is to say this from now on, wherever it stands.
    """

    __slots__ = ()
    aloud: bool
    asked: int | None
    turns: str | None

    @property
    def is_whispered(self) -> bool:
        """Whether it is for who asked alone."""
        return (self.asked_by or 0) > 0 and not self.aloud  # a chat asks where somebody hides

    def lane(self) -> str:
        """One for each answer that is turned, of which the newest counts."""
        return f"turn:{self.chat_id}:{self.turns}" if self.turns else Answer.lane(self)

    def moved(self, chat_id: int) -> Self:
        """Nothing stands there that could be turned."""
        return replace(Answer.moved(self, chat_id), turns=None)  # type: ignore[type-var]

    def said_aloud(self) -> Self:
        """The same, before all."""
        return replace(self, aloud=True, turns=None)  # type: ignore[type-var]


@dataclass(frozen=True, slots=True)
class Notice(Whispered):
    """What the bot says. `about`: the message of whose it is told; no other answer replaces it."""

    kind = "report"  # as a notice is called in rows of every version

    chat_id: int
    said: Said
    thread_id: int | None = None
    reply_to: int | None = None
    buttons: Choices | Buttons = field(default_factory=list)
    asked_by: int | None = None
    aloud: bool = False
    asked: int | None = None
    turns: str | None = None
    about: int | None = None

    def lane(self) -> str:
        """What is told of somebody's words has a lane of its own."""
        return f"{super(Notice, self).lane()}{f':{self.about}' if self.about else ''}"

    def dump(self) -> Json:
        """As the payload of a row."""
        dumped = super(Notice, self).dump()
        del dumped["said"]
        buttons = sentences.dump_choices(self.buttons)
        return {**dumped, "buttons": buttons, **sentences.dump(self.said)}

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`."""
        return cls(
            payload["chat_id"],
            sentences.load(payload),
            payload.get("thread_id"),
            payload.get("reply_to"),
            sentences.load_choices(payload.get("buttons")),
            payload.get("asked_by"),
            bool(payload.get("aloud")),
            payload.get("asked"),
            payload.get("turns"),
            payload.get("about"),
        )


@dataclass(frozen=True, slots=True)
class Status(Whispered):
    """How the desk stands, as it does when it is told."""

    kind = "status"

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    asked_by: int | None = None
    aloud: bool = False
    asked: int | None = None
    turns: str | None = None


@dataclass(frozen=True, slots=True)
class Speak(Answer):
    """The group reads this language from now on, and is told so in it."""

    kind = "speak"

    chat_id: int
    language: str
    thread_id: int | None = None
    reply_to: int | None = None
    asked_by: int | None = None


DEPARTMENT = 0  # what a further group is to be: a new one's


@dataclass(frozen=True, slots=True)
class Choice:
    """What a further group is to be: a new department's, or that one's whose number it is.

    `code` is the number of the code that was given, `asker` who gave it.
    """

    code: int
    asker: int
    department: int

    @property
    def spelled(self) -> str:
        """As it stands in a button."""
        return f"{self.code}:{self.asker}:{self.department}"

    @classmethod
    def read(cls, spelled: str) -> Self:
        """From `spelled`."""
        return cls(*map(int, spelled.split(":")))


@dataclass(frozen=True, slots=True)
class Setup(Placed):
    """Somebody asks to make this group the operators' one, or to have it checked.

    `code` is the hash of what they gave as one; `offer` the number of the one they take up;
    `choice` what they have chosen. `bound`: it was an operators' one then; `is_admin`: of it.
    """

    kind = "setup"

    chat_id: int
    user_id: int
    name: str
    language: str
    bound: bool = False
    is_admin: bool = False
    code: str | None = None
    offer: int | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    choice: Choice | None = None

    def dump(self) -> Json:
        """As the payload of a row."""
        dumped = super(Setup, self).dump()
        del dumped["choice"]
        return {**dumped, "choice": self.choice.spelled} if self.choice else dumped

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`."""
        choice = payload.get("choice")
        known = super(Setup, cls).load({**payload, "choice": None})
        return replace(known, choice=Choice.read(choice) if choice else None)


@dataclass(frozen=True, slots=True)
class Left(ToGroup):
    """A ticket has left this topic for another group's: it says where to, and is closed."""

    kind = "left"

    chat_id: int
    thread_id: int
    card: int | None
    ticket: int

    def lane(self) -> str:
        """One for each topic."""
        return f"{self.kind}:{self.chat_id}:{self.thread_id}"


@dataclass(frozen=True, slots=True)
class Survey(ToGroup):
    """The bound group is to be looked at anew; what has changed is told."""

    kind = "survey"

    chat_id: int


@dataclass(frozen=True, slots=True)
class NoMenus(ToGroup):
    """The desk works there no more: its commands are offered no more."""

    kind = "no_menus"
    priority = Precedence.LOOK

    chat_id: int


@dataclass(frozen=True, slots=True)
class Practice(ToGroup):
    """Words in the test ticket get the mark that a customer's would bring."""

    kind = "practice"
    priority = Precedence.LOOK

    chat_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class Tag(ToGroup):
    """A member's tag is to say whether they are on duty, as it is when it is carried."""

    kind = "tag"
    priority = Precedence.LOOK
    once = True

    chat_id: int
    user_id: int

    def lane(self) -> str:
        """One for each member."""
        return f"{self.kind}:{self.chat_id}:{self.user_id}"
