"""Buttons: what one does when it is pressed, and how it looks, spelled in its data.

A client that does not know a look shows a plain button that does the same.
"""

Buttons = list[list[tuple[str, str]]]  # rows of (label, data); data is at most 64 bytes
STYLES = ("danger", "success", "primary")
OFF = "off"
ASKS = "asks"
COPIES = "copy!"
LOOKS = (*STYLES, OFF, ASKS)


def styled(style: str, data: str) -> str:
    """The same, of this colour: red, green or blue (Bot API: InlineKeyboardButton, style)."""
    return f"{style}!{data}"


def off(data: str = "") -> str:
    """It can be seen and not pressed. A client that cannot disable it asks for `data`."""
    return styled(OFF, data)


def asking(data: str) -> str:
    """The field for a reply opens as soon as its keyboard is shown."""
    return styled(ASKS, data)


def copying(text: str) -> str:
    """It puts a text of 1 to 256 characters on the clipboard, and nobody is asked."""
    return f"{COPIES}{text}"


def read(data: str) -> tuple[set[str], str]:
    """Its looks, and the data without them."""
    looks = set()
    head, mark, rest = data.partition("!")
    while mark and head in LOOKS:
        looks.add(head)
        data = rest
        head, mark, rest = data.partition("!")
    return looks, data


def acting(data: str, place: str) -> str:
    """The same at another place, which what asks us is told before all; as it looks, it stays."""
    looks, does = read(data)
    if does.startswith(("https://", COPIES)):
        return data
    return "!".join([*sorted(looks), f"{place}:{does}"])


def buttons_from(rows: object) -> Buttons:
    """Buttons from JSON, which knows no pairs; none for what has none."""
    found = rows if isinstance(rows, list) else []
    return [[(label, data) for label, data in row] for row in found]
