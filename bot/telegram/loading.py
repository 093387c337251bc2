"""Loading aiogram in a third of the time: its types are built when they are first used.

As it comes, aiogram has pydantic build a schema for each of its 630 types and methods while it
is imported, which is most of what a start costs; the desk uses a few dozen of them. Pydantic
builds by itself what has not been built when it is first used; all it needs are the names that
the annotations mention, and aiogram hands these to the very call that is put off here.

Whoever imports aiogram without this gets the same types, only later.
"""

import sys
from importlib import import_module
from typing import Any

from pydantic import BaseModel

FAMILIES = (
    ("aiogram.types", "TelegramObject"),
    ("aiogram.methods", "TelegramMethod"),
    ("aiogram.methods", "Response"),
)


def load() -> None:
    """Import aiogram, if nobody has yet; meanwhile no other thread may define models."""
    if "aiogram" in sys.modules:
        return
    as_it_was = BaseModel.__dict__["model_rebuild"]
    names: dict[str, Any] = {}

    def put_off(_model: type[BaseModel], /, **how: Any) -> None:
        names.update(how.get("_types_namespace") or {})

    def build(model: type[BaseModel], /, **how: Any) -> Any:
        return as_it_was.__func__(model, **{"_types_namespace": names, **how})

    setattr(BaseModel, "model_rebuild", classmethod(put_off))  # noqa: B010  (no assignment for mypy)
    try:
        import_module("aiogram")
    finally:
        setattr(BaseModel, "model_rebuild", as_it_was)  # noqa: B010
    for module, family in FAMILIES:
        setattr(getattr(sys.modules[module], family), "model_rebuild", classmethod(build))  # noqa: B010
