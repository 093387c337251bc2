"""The ledger: of each mark that was written, whose it is, for whom, and whether it may leave."""

import re
from dataclasses import dataclass, field

MARK = re.compile(r"\bw\d{6}\b")


@dataclass
class Line:
    """One wording. `secret`: nobody has said that the customer may read it.

    `message`: which it has become. `meant`: its author wrote it for the customer, in plain words,
    where such words go.
    """

    mark: str
    customer: int
    secret: bool
    message: int | None = None
    meant: bool = False
    has_reached: bool = False


@dataclass
class Ledger:
    """All that was written, by its marks, and what was found wrong."""

    lines: dict[str, Line] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    carried: int = 0

    def writes(self, text: str, customer: int, *, secret: bool) -> tuple[str, Line]:
        """New words with a mark of their own."""
        mark = f"w{len(self.lines):06}"
        line = self.lines[mark] = Line(mark, customer, secret)
        return text.format(mark=mark), line

    def reaches(self, customer: int, text: str) -> None:
        """A channel is given these words for a customer."""
        for mark in MARK.findall(text):
            self.carried += 1
            line = self.lines[mark]
            line.has_reached = True
            if line.secret:
                self.broken.append(f"{mark} left, and was a secret: {text!r}")
            if line.customer != customer:
                self.broken.append(f"{mark} of customer {line.customer} went to {customer}")
