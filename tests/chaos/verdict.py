"""The verdict: every count that was made, and every promise that was broken."""

from dataclasses import dataclass, field

MOST_SHOWN = 8  # of one kind of broken promise


@dataclass
class Verdict:
    """The counts in the order of their finding; `broken` is empty when all is well."""

    counts: dict[str, object] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def hold(self, name: str, found: object, promised: object) -> None:
        """Note a count that must be so."""
        self.counts[name] = found if found == promised else f"{found}, not {promised}"
        if found != promised:
            self.broken.append(f"{name}: {found}, not {promised}")

    def none_of(self, name: str, found: list[str]) -> None:
        """Note what must not have happened."""
        self.counts[name] = len(found)
        self.broken += [f"{name}: {one}" for one in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            self.broken.append(f"{name}: … and {len(found) - MOST_SHOWN} more")

    def text(self) -> str:
        """All of it, for people."""
        lines = [f"{name:<60} {number}" for name, number in self.counts.items()]
        lines += ["", *(f"BROKEN  {sentence}" for sentence in self.broken)]
        lines.append("Not every promise was kept." if self.broken else "Every promise was kept.")
        return "\n".join(lines)
