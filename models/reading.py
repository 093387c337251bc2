"""Models from rows of statements written by hand: the way of what every message needs.

Building a statement costs the ORM more than PostgreSQL needs to carry it out.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from tortoise.connection import get_connection
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


async def find(model: type[M], where: str, *values: Any) -> list[M]:
    """The models that fulfil a condition in SQL, such as `"id = ANY ($1) ORDER BY id"`."""
    _count, found = await get_connection("default").execute_query(_select(model, where), [*values])
    return [model._init_from_db(**row) for row in found]


@cache
def _select(model: type[Model], where: str) -> str:
    names = ", ".join(model._meta.fields_db_projection.values())
    return f"SELECT {names} FROM {model._meta.db_table} WHERE {where}"  # noqa: S608  (our own words)
