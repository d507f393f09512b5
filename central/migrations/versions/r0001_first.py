"""Makes the tables of the first release, from the statements beside this file, each of its database.

The statements are written by `python -m tools.central_baseline` from `central/schema.py`.
"""

from pathlib import Path

from alembic import op
from sqlalchemy import text

from central.migrations.statements import read_statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables, their indexes, guards and first values."""
    db = op.get_bind()
    for statement in read_statements(Path(__file__).with_suffix(f".{db.dialect.name}.sql")):
        db.execute(text(statement))
