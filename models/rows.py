"""Models from and into rows by statements written by hand: the way of what every message needs.

Building a statement costs the ORM more than PostgreSQL needs to carry it out.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import asyncpg
import orjson
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.fields import JSONField
from tortoise.models import Model

from models.atomic import session

BATCH = 1000  # rows that one statement forgets: it holds their locks until it has done

M = TypeVar("M", bound=Model)
Row = Mapping[str, Any]


def columns(model: type[Model], table: str) -> str:
    """All columns of a model as `"table.column"`, for the list of a SELECT."""
    names = model._meta.fields_db_projection.values()
    return ", ".join(f'{table}.{name} AS "{table}.{name}"' for name in names)


def made(model: type[M], row: Row, table: str) -> M:
    """The model that such a row holds."""
    names = model._meta.fields_db_projection.values()
    return model._init_from_db(**{name: row[f"{table}.{name}"] for name in names})


async def fetch(statement: str, *values: Any) -> list[Row]:
    """The rows of one statement, in the transaction that is open or on its own.

    Inside a transaction its connection is asked without the ORM in between. Raises asyncpg's
    errors there, the ORM's else; both know IntegrityError.
    """
    inside = session()
    if inside is None:
        return [*await get_connection("default").execute_query_dict(statement, [*values])]
    try:
        return await inside.fetch(statement, *values)  # type: ignore[no-any-return]
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(error) from error


def read(model: type[M], row: Row) -> M:
    """The model that a row of `select` holds."""
    return model._init_from_db(**row)


async def find(model: type[M], where: str, *values: Any) -> list[M]:
    """The models that fulfil a condition in SQL, such as `"id = ANY ($1) ORDER BY id"`."""
    return [read(model, row) for row in await fetch(select(model, where), *values)]


async def add(model: type[M], **values: Any) -> M:
    """Write a new row; gives its model, with what the database filled in.

    Raises the ORM's IntegrityError.
    """
    json = _json(model)
    row = [
        to_json(value) if name in json and value is not None else value
        for name, value in values.items()
    ]
    statement = _insert(model, tuple(values))
    return model._init_from_db(**(await fetch(statement, *row))[0])


async def forget(model: type[Model], where: str, *values: Any) -> int:
    """Delete a batch of the rows that fulfil a condition such as `"at < $1 ORDER BY at"`.

    Gives how many; fewer than `BATCH` are the last. An index must have them in their order.
    """
    return len(await fetch(forgetting(model, where), *values))


@cache
def forgetting(model: type[Model], where: str) -> str:
    """The statement of `forget`. By their keys PostgreSQL would find them walking all rows."""
    table = model._meta.db_table
    return f"""
DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {where} LIMIT {BATCH}))
RETURNING id
"""  # noqa: S608  (nothing but our own words)


@cache
def select(model: type[Model], where: str) -> str:
    """The statement of `find`."""
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


def storable(text: str) -> str:
    """The same without what PostgreSQL cannot keep: NUL and halves of surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def to_json(value: Any) -> str:
    """A value for a JSON column."""
    return orjson.dumps(value).decode()
