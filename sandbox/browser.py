"""The page in a browser of the desktop."""

import webbrowser


def show(url: str) -> None:
    """Open the address."""
    webbrowser.open(url)


def nothing(_url: str) -> None:
    """The address stands on the screen; that is enough."""
