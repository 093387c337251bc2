"""Models from rows of statements written by hand: the way of what every message needs.

Building a statement costs the ORM more than PostgreSQL needs to carry it out.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from tortoise.models import Model

M = TypeVar("M", bound=Model)


def columns(model: type[Model], table: str) -> str:
    """All columns of a model as `"table.column"`, for the list of a SELECT."""
    names = model._meta.fields_db_projection.values()
    return ", ".join(f'{table}.{name} AS "{table}.{name}"' for name in names)


def made(model: type[M], row: Mapping[str, Any], table: str) -> M:
    """The model that such a row holds."""
    names = model._meta.fields_db_projection.values()
    return model._init_from_db(**{name: row[f"{table}.{name}"] for name in names})
