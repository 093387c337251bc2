"""Models from and into rows by statements written by hand: the way of what every message needs.

Building a statement costs the ORM more than PostgreSQL needs to carry it out.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import orjson
from tortoise.connection import get_connection
from tortoise.fields import JSONField
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


async def add(model: type[M], **values: Any) -> M:
    """Write a new row; gives its model, with what the database filled in.

    Raises the ORM's IntegrityError.
    """
    json = _json(model)
    row = [_dumped(value) if name in json else value for name, value in values.items()]
    statement = _insert(model, tuple(values))
    written = await get_connection("default").execute_query_dict(statement, row)
    return model._init_from_db(**written[0])


@cache
def _select(model: type[Model], where: str) -> str:
    return f"SELECT {_names(model)} FROM {model._meta.db_table} WHERE {where}"  # noqa: S608  (our own words)


@cache
def _insert(model: type[Model], names: tuple[str, ...]) -> str:
    json = _json(model)
    places = [f"${n}::text::jsonb" if name in json else f"${n}" for n, name in enumerate(names, 1)]
    return f"""
INSERT INTO {model._meta.db_table} ({", ".join(names)}) VALUES ({", ".join(places)})
RETURNING {_names(model)}
"""  # noqa: S608  (our own words)


def _names(model: type[Model]) -> str:
    return ", ".join(model._meta.fields_db_projection.values())


@cache
def _json(model: type[Model]) -> frozenset[str]:
    fields = model._meta.fields_map.items()
    return frozenset(name for name, field in fields if isinstance(field, JSONField))


def _dumped(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
