"""A busy hour in a minute: many write at once, Telegram says «wait», the desk is killed, and then
it is counted what of all that was written stands where it must.
"""

from sandbox.hour.play import READY, Hour

__all__ = ["READY", "Hour"]
