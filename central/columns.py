"""The columns that tables of the server are made of, and the register of the tables.

Every whole number has 64 bits, and every text is ordered by its code points, on SQLite and PostgreSQL alike.
"""

from sqlalchemy import BigInteger, Column, Identity, MetaData
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects import postgresql, sqlite

metadata = MetaData()
Integer = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Text = AnyText().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def text(name: str, *, optional: bool = False) -> Column[str]:
    """A column of text."""
    return Column(name, Text, nullable=optional)


def whole(name: str, *, optional: bool = False) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, Integer, nullable=optional)


def numbered() -> Column[int]:
    """A number that the database gives to each row; not without gaps."""
    return Column("id", Integer, Identity(), primary_key=True)
