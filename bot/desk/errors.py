"""What can go wrong at the desk. The docstring of each is the sentence people read."""

from collections.abc import Mapping


class DeskError(Exception):
    """This cannot be done."""

    @property
    def sentence(self) -> str:
        """The English sentence; it is a msgid, translated where it is shown."""
        return (type(self).__doc__ or "").strip()

    @property
    def values(self) -> Mapping[str, str]:
        """What fills its {gaps}, besides what has to be looked up."""
        return {}


class Misused(DeskError):
    """Write it like this: {usage}"""

    def __init__(self, name: str = "help") -> None:
        """`name` is that of the command which was used wrongly."""
        super().__init__(name)
        self.name = name


class TooLong(DeskError):
    """That is too long: {most} characters at most."""

    def __init__(self, most: int = 200) -> None:
        super().__init__(most)
        self.most = most

    @property
    def values(self) -> Mapping[str, str]:
        """How much it may be."""
        return {"most": str(self.most)}


class BadTemplate(DeskError):
    """It begins with #{{number}} and a space; {{name}} and {{subject}} may follow."""


class BadKey(DeskError):
    """A field is named by a short word of letters and digits, such as order."""


class TooManyFields(DeskError):
    """There are 30 such fields already. Remove one first."""


class BadDays(DeskError):
    """That takes a number of days, from 0 to 3650."""


class NotBanned(DeskError):
    """This customer is not banned."""


class Named(DeskError):
    """This cannot be done with “{name}”."""

    def __init__(self, name: str = "…") -> None:
        """`name` is whose or what the sentence is about."""
        super().__init__(name)
        self.name = name

    @property
    def values(self) -> Mapping[str, str]:
        """What fills its {gaps}."""
        return {"name": self.name}


class BadPhone(DeskError):
    """That is no phone number. Write it with the country’s code, such as +380 67 123 45 67."""


class BadEmail(DeskError):
    """That is no e-mail address. Write it like this: anna@example.com"""


class TooManyContacts(DeskError):
    """A customer has at most 10 phones and e-mails. Take one off first, in /profile."""


class NoSuchTicket(DeskError):
    """This topic has no ticket."""


class NoSuchDepartment(DeskError):
    """There is no such department. Write /move to choose one."""


class ThereAlready(DeskError):
    """The request is in this department already."""


class Unready(DeskError):
    """That department’s group does not let me work just now. /setup there says what is missing."""


class FirstDepartment(DeskError):
    """New requests come to this department, so it stays. Only its group can be replaced: /setup."""


class StillAtWork(DeskError):
    """That department’s group works: an admin there can dissolve it, by /dissolve."""


class MovedAway(DeskError):
    """This request is in another topic now, of the department “{department}”. Nothing was done."""

    def __init__(self, department: int = 0) -> None:
        """`department` is the number of the one whose name is to be told; 0: it is not known."""
        super().__init__(department)
        self.department = department


class OneDepartment(DeskError):
    """There is one department. For another, add the bot to its group and send /setup there."""


class TakenBack(DeskError):
    """This was already taken back."""


class NotSent(DeskError):
    """This message did not go to the customer, so there is nothing to take back."""


class Withdrawn(DeskError):
    """This has been taken back or turned into a note since, so it was not sent again."""


class Forgotten(DeskError):
    """This failed too long ago to be tried again."""


class ReplyNeeded(DeskError):
    """Reply with this command to the message that you mean."""


class NotAMember(DeskError):
    """You are not in the operators’ group any more."""


class NotSure(DeskError):
    """I could not confirm that you are in this group. Please try again in a moment."""


class Faceless(DeskError):
    """Only a person can do this. Choose yourself instead of a channel and write it again."""


class EditedCommand(DeskError):
    """An edited command is not carried out. Please send it as a new message."""


class TooLate(DeskError):
    """This was handled late, so it was not done. Please do it again if it is still right."""


class WrongTopic(DeskError):
    """This button belongs to another ticket."""


class NotYours(DeskError):
    """Only its author can send this to the customer."""


class InNotesMode(DeskError):
    """Notes mode is on, so nothing was sent. End it first."""


class StillANote(DeskError):
    """This begins like a note or a command, so it was not sent."""


class NotAllowed(DeskError):
    """Your role does not allow that."""


class Observing(DeskError):
    """You are an observer here: you can read along and write notes."""


class LeadsOnly(DeskError):
    """Only leads and admins of this group can do that."""


class AdminsOnly(DeskError):
    """Only admins of this group can do that."""


class GivenByTelegram(DeskError):
    """Admins are made in the group’s own settings."""


class NotThere(DeskError):
    """This person is not in the operators’ group."""


class TakenBy(Named):
    """{name} has taken this request already."""


class Ended(DeskError):
    """This request is closed. /reopen it first."""


class Unseen(DeskError):
    """You are anonymous here, so nobody can see whose the request would be. Write /assign."""


class OthersTicket(DeskError):
    """This request is somebody else’s: only they, leads and admins can pass it on."""


class NoSuchOperator(Named):
    """Nobody in this group is called “{name}”. Write /assign to choose from a list."""


class SeveralCalled(Named):
    """Several are called “{name}”: {choices}. Name one of them in full, or by @username."""

    def __init__(self, name: str = "…", choices: str = "…") -> None:
        """`choices` are their names, in a line."""
        super().__init__(name)
        self.choices = choices

    @property
    def values(self) -> Mapping[str, str]:
        """What fills its {gaps}."""
        return {"name": self.name, "choices": self.choices}


class MayNotAnswer(Named):
    """{name} may not answer customers in this department, so the request was not given to them."""


class Unconfirmed(Named):
    """I could not confirm that {name} is still in this group. Let them write something here."""


class NobodyToGiveTo(DeskError):
    """There is nobody else here who could take it. Whoever writes something here is known to me."""


class NoSuchMember(Named):
    """Nobody in this group is called “{name}”. /operators lists whom I know."""


class CalledAlike(Named):
    """Several here are called “{name}”. Use the number that /operators shows before each name."""


class NotSpoken(Named):
    """“{name}” is no language that customers choose: these are uk, ru and en."""


class NotACapacity(Named):
    """“{name}” is no number of requests: write one from 1 to 500, or “no” for any number."""


class BadSkill(Named):
    """“{name}” is too long for a skill: it has at most 32 characters, and there are at most 20."""


class NoMoment(Named):
    """I do not understand “{name}”. Write a moment to come, such as 2.12 or 2.12 14:00, or “no”."""


class BadTag(Named):
    """“{name}” is no tag: letters, digits, - and _, at most 32 of them, the first not a sign."""


class TooManyTags(DeskError):
    """That would be more than 10 tags. Take one off first, with a minus before it: -name"""


class NoSuchField(Named):
    """There is no field “{name}”. Write /field to see which there are."""


class NoFields(DeskError):
    """There are no fields yet. Admins add them in /settings."""


class NotANumber(Named):
    """“{name}” takes a number, such as 12 or 12.5."""


class NotADate(Named):
    """“{name}” takes a date, such as 2026-11-28 or 28.11.2026."""


class NotAFlag(Named):
    """“{name}” takes yes or no."""


class TooLongAValue(Named):
    """“{name}” takes at most 200 characters."""


class NotAChoice(SeveralCalled):
    """“{name}” takes one of these: {choices}."""


class NothingSent(Named):
    """“{name}” was not sent."""


class NoSuchMacro(NothingSent):
    """There is no macro “{name}” here, so nothing was sent. /macro shows which there are."""


class MacroChanged(NothingSent):
    """“{name}” has been changed since you looked, so nothing was sent. Look at it again: /macro"""


class MissingValue(NothingSent):
    """“{name}” is not known here, so nothing was sent. A macro can say what then: {example}"""

    @property
    def values(self) -> Mapping[str, str]:
        """What fills its {gaps}."""
        return {"name": self.name, "example": f"{{{self.name}|…}}"}


class SetByAnother(Named):
    """{name} changed this macro a moment ago, so yours was not saved. See it: /macro show"""


class OldEdition(Named):
    """“{name}” has been changed since that edition, so yours was not saved. See it: /macro show"""


class UnknownVariable(SeveralCalled):
    """“{name}” is no variable, so this was not saved. There are: {choices}"""


class BadMacroName(Named):
    """“{name}” is no name of a macro: one word of letters, digits, - and _, at most 32 of them."""


class MacroNameTaken(Named):
    """There is a macro “{name}” already. To change it: /macro edit"""


class NoMacro(Named):
    """There is no macro “{name}” that you can change. /macro shows which there are."""


class EmptyMacro(DeskError):
    """A macro needs words or a file: write them behind the name, or reply to a message."""


class NotForCustomers(DeskError):
    """This begins like a note or a command, so it would reach no customer. Begin it otherwise."""


class NotKept(DeskError):
    """A macro can bring words and files, but not this kind of message."""


class BadButton(Named):
    """“{name}” is no button. Below the words, [words] is an answer, [words | https://…] a link."""


class TooManyButtons(DeskError):
    """A macro has at most 8 buttons."""


class KeysBelowAlbum(DeskError):
    """Telegram shows no buttons below several files. Leave out the buttons, or send one file."""


class BadChange(SeveralCalled):
    """I do not know “{name}”. There are: {choices}"""


class TooManyMacros(DeskError):
    """There are too many macros here already. Remove one that nobody uses."""


class NoChoice(DeskError):
    """This button no longer works."""


class ChosenAlready(DeskError):
    """You have answered this already. Just write to us if it is something else."""


class SentAlready(DeskError):
    """It was sent already."""
