"""The tables of the debt snapshot: two equal sets, `a` and `b`, and the row that says which one is in use.

What debtors and debts are found by stands in tables of its own instead of indexes: SQLite makes an index in
one piece, for seconds at a million rows, and no payment can commit meanwhile. A table is filled in the order
of its key, a few thousand rows at a time.
"""

from dataclasses import dataclass

from sqlite_utils import Database

SETS = ("a", "b")
LONGEST_PREFIX = 10
"""Words are indexed by their first letters up to this many. A longer prefix, or one that is not indexed,
joins the lists of all words that begin so: 100 ms at a million debts against 0.3 ms."""
_PREFIXES = " ".join(str(letters) for letters in range(2, LONGEST_PREFIX + 1))

BELOW = 1 << 16
"""Debts that one debtor may have, and charges that one debt may have. The id of a debt is debtor × BELOW +
its place, that of a charge is debt × BELOW + its place: they lie together and need no index to be found."""
MOST_DEBTORS = (1 << 31) - 1

_IN_USE = """
CREATE TABLE debts_in_use (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    current TEXT CHECK (current IN ('a', 'b')),
    version INTEGER NOT NULL,
    hash    TEXT NOT NULL,
    loading TEXT,
    partial TEXT,
    debtors INTEGER NOT NULL DEFAULT 0,
    so_far  TEXT
) STRICT
"""
"""`loading` names the load that fills the other set: a load that was overtaken can write nothing more.

`partial` is the hash of the snapshot of which the other set holds so many `debtors`, `so_far` the hash of
these alone: a load of the same snapshot goes on behind them."""

_TABLES = (
    """
CREATE TABLE debtor_{s} (
    id       INTEGER PRIMARY KEY,
    code     TEXT NOT NULL,
    name     TEXT NOT NULL,
    exact    TEXT NOT NULL,
    loose    TEXT NOT NULL,
    father   TEXT NOT NULL,
    address  TEXT NOT NULL,
    national TEXT,
    phone    TEXT
) STRICT
""",
    """
CREATE TABLE debt_{s} (
    id           INTEGER PRIMARY KEY,
    account      TEXT NOT NULL,
    account_key  TEXT NOT NULL,
    kind         TEXT NOT NULL,
    body         TEXT NOT NULL,
    fund         TEXT NOT NULL,
    deposit      INTEGER NOT NULL,
    leased_to    TEXT NOT NULL,
    holder       TEXT NOT NULL,
    until        TEXT,
    burden_bp    INTEGER,
    contract     TEXT,
    contract_key TEXT
) STRICT
""",
    """
CREATE TABLE charge_{s} (
    id        INTEGER PRIMARY KEY,
    charge    TEXT NOT NULL,
    component TEXT NOT NULL,
    due       TEXT NOT NULL,
    owed      INTEGER NOT NULL CHECK (owed >= 0),
    label     TEXT NOT NULL
) STRICT
""",
)

_NAMES = f"""
CREATE VIRTUAL TABLE {{where}} USING fts5 (
    loose, content = '', detail = none, columnsize = 0, tokenize = 'ascii', prefix = '{_PREFIXES}'
)
"""
"""The words are those of the loose key: letters and digits between single spaces. `ascii` splits there and
nowhere else; `unicode61` has opinions about letters and folds no Arabic. Only whole words and prefixes are
asked for, so positions (detail) and lengths (columnsize) are not kept: 28 MB at a million names."""


@dataclass(frozen=True)
class Key:
    """What rows of a table are found by: a table of its `columns` and the row's id, in that order.

    `unique`: two rows with the same columns are a mistake of the snapshot. Rows without a key are left out.
    """

    name: str
    source: str
    columns: tuple[str, ...]
    unique: bool = False

    def table(self, which: str) -> str:
        """Its name in one set."""
        return f"{self.name}_{which}"

    @property
    def order(self) -> str:
        """The columns that order it, as SQL."""
        return ", ".join(self.columns if self.unique else (*self.columns, "id"))

    def create(self, which: str) -> str:
        """The statement that makes its table."""
        columns = ", ".join(f"{column} TEXT NOT NULL" for column in self.columns)
        made = (
            f"CREATE TABLE {self.table(which)} ({columns}, id INTEGER NOT NULL, PRIMARY KEY ({self.order}))"
        )
        return f"{made} STRICT, WITHOUT ROWID"


KEYS = (
    Key("debtor_code", "debtor", ("code",), unique=True),
    Key("debtor_loose", "debtor", ("loose",)),
    Key("debtor_national", "debtor", ("national",)),
    Key("debtor_phone", "debtor", ("phone",)),
    Key("debt_account", "debt", ("account_key", "account"), unique=True),
    Key("debt_contract", "debt", ("contract_key",)),
)
"""Everything that a debtor or a debt is found by, but the words of a name."""


def create_sets(db: Database) -> None:
    """Make both sets, empty; none is in use."""
    db.execute(_IN_USE)
    db.execute("INSERT INTO debts_in_use (one, version, hash) VALUES (1, 0, '')")
    for one in SETS:
        for statement in _TABLES:
            db.execute(statement.format(s=one))
        db.execute(_NAMES.format(where=f"debtor_search_{one}"))
        for key in KEYS:
            db.execute(key.create(one))


def names_table(where: str) -> str:
    """The statement that makes a name index like that of a set, as a table of another schema."""
    return _NAMES.format(where=where)
