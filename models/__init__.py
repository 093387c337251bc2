"""The tables, one file per noun, and the way to reach them."""

from typing import Any

import asyncpg
from tortoise.backends.base.config_generator import expand_db_url

from models.address import Address
from models.branch import Branch
from models.code import Code
from models.contact import Contact, ContactKind
from models.customer import Customer
from models.delivery import Delivery, DeliveryState
from models.department import FIRST, Department, Routing
from models.event import Event
from models.field import CustomField, FieldKind, FieldOf
from models.file import File
from models.group import Group
from models.hint import Hint
from models.likeness import Likeness
from models.macro import Macro
from models.membership import Membership, Role, Standing
from models.message import Direction, Held, Message
from models.operator import Operator
from models.post import Post
from models.priority import Priority
from models.revision import Revision
from models.sign import Sign
from models.tag import Tag
from models.ticket import Status, Ticket
from models.topic import FormerTopic, Topic
from models.trace import Trace
from models.update import SeenCall, SeenUpdate, SetAside

MODULES = ["models"]

__all__ = [
    "FIRST",
    "MODULES",
    "Address",
    "Branch",
    "Code",
    "Contact",
    "ContactKind",
    "CustomField",
    "Customer",
    "Delivery",
    "DeliveryState",
    "Department",
    "Direction",
    "Event",
    "FieldKind",
    "FieldOf",
    "File",
    "FormerTopic",
    "Group",
    "Held",
    "Hint",
    "Likeness",
    "Macro",
    "Membership",
    "Message",
    "Operator",
    "Post",
    "Priority",
    "Revision",
    "Role",
    "Routing",
    "SeenCall",
    "SeenUpdate",
    "SetAside",
    "Sign",
    "Standing",
    "Status",
    "Tag",
    "Ticket",
    "Topic",
    "Trace",
    "configuration",
]


class Session(asyncpg.Connection):  # type: ignore[misc]
    """A pooled connection. All we do to it ends with its transaction, so none of it is undone.

    Asking the server to reset it would double the round trips of a single statement.
    """

    def get_reset_query(self) -> str:
        """Nothing (asyncpg: Connection.reset)."""
        return ""


# A database that hangs must let go of us, and we of it: an outage is waited for, not sat out.
LIMITS = {
    "statement_timeout": "25s",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
# Changing tables may take long; but behind whoever waits for one, all others wait.
MIGRATING = {"lock_timeout": "500ms"}
PATIENCE = 30.0  # seconds for one statement, where the server does not even end it itself


def configuration(
    database_url: str, *, connections: int = 10, migrates: bool = False
) -> dict[str, Any]:
    """The ORM's configuration for one database.

    No statement may take long, which holds for all but what `migrates`. `connections` is the
    most that one process opens. A statement is planned once in each: all we ask is found by its
    key, and PostgreSQL would plan what takes lists anew every time, for longer than it works on
    it.
    """
    address = database_url.replace("postgresql://", "asyncpg://", 1)
    address = address.replace("postgres://", "asyncpg://", 1)
    default = expand_db_url(address)
    size = {"minsize": 1, "maxsize": connections}
    limits = MIGRATING if migrates else LIMITS
    settings = {"plan_cache_mode": "force_generic_plan", **limits}
    how = {"server_settings": settings, "command_timeout": None if migrates else PATIENCE}
    default["credentials"] |= {**size, **how, "connection_class": Session}
    return {
        "connections": {"default": default},
        "apps": {
            "models": {
                "models": MODULES,
                "default_connection": "default",
                "migrations": "models.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


# What the `tortoise makemigrations` command reads; it compares models, it does not connect.
LOCAL = configuration("postgresql://localhost/topicdesk")
