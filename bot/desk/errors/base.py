"""What an error is: a sentence, and what fills it."""

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
