"""Several customers and their operator, all at once."""

from dataclasses import dataclass

from tests.stories.chat import Customer, Screen, Topic
from tests.stories.conftest import Stage

Expected = list[tuple[Screen, str]]  # who should see what


@dataclass
class Talk:
    """Conversations that have begun."""

    stage: Stage
    couples: list[tuple[Customer, Topic]]

    def all_write(self, turn: str) -> Expected:
        """One line each way for each customer."""
        expected: Expected = []
        for number, (customer, topic) in enumerate(self.couples):
            question, answer = f"{turn} question of {number}.", f"{turn} answer to {number}."
            customer.writes(question)
            self.stage.olena.writes(topic, answer)
            expected += [(topic, question), (customer, answer)]
        return expected

    def copies(self, expected: Expected) -> list[int]:
        """How many times the bot has shown each of them."""
        return [screen.copies(text, self.stage.bot.id) for screen, text in expected]

    def missing(self, expected: Expected) -> list[str]:
        """What nobody has seen."""
        counts = zip(expected, self.copies(expected), strict=True)
        return [text for (_screen, text), count in counts if not count]
