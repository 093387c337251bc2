"""Time: when something is meant to be. Pure: nothing here knows what time it is."""
