"""Obstacles: why the desk cannot start, each as one sentence for the person at the terminal."""


class CannotStart(Exception):
    """Something outside the program must be put right first. The text is shown as it is."""

    status = 1


class BadSetting(CannotStart):
    """A setting has a value that means nothing. Exit status 2, as for a wrong command line."""

    status = 2
