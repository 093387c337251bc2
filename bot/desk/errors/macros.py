"""Macros: what is none, and why one was not sent or not saved."""

from collections.abc import Mapping

from bot.desk.errors.base import DeskError, Named, SeveralCalled


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
