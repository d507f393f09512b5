"""The tables of the debt snapshot: two equal sets, `a` and `b`, and the row that says which one is in use.

What debtors and debts are found by stands in tables of its own instead of indexes: SQLite makes an index in
one piece, for seconds at a million rows, and no payment can commit meanwhile. A table is filled in the order
of its key, a few thousand rows at a time.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.debts.keys import KEYS_VERSION

SETS = ("a", "b")
LONGEST_PREFIX = 10
"""Words are indexed by their first letters up to this many. A longer prefix, or one that is not indexed,
joins the lists of all words that begin so: 100 ms at a million debts against 0.3 ms."""
_PREFIXES = " ".join(str(letters) for letters in range(2, LONGEST_PREFIX + 1))

_IN_USE = """
CREATE TABLE debts_in_use (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    current TEXT CHECK (current IN ('a', 'b')),
    version INTEGER NOT NULL,
    hash    TEXT NOT NULL,
    keys    INTEGER NOT NULL,
    loading TEXT,
    partial TEXT,
    pieces  INTEGER NOT NULL DEFAULT 0,
    debtors INTEGER NOT NULL DEFAULT 0
) STRICT
"""
"""`keys`: the `KEYS_VERSION` by which debtors are found. `loading` names the load that fills the other set:
a load that was overtaken can write nothing more.

`partial` names the snapshot of which the other set holds so many whole `pieces`, with so many `debtors`, by
which keys, and the changes that were begun to be written over it: a load that leads over the same goes on
behind them."""

ROW = "id, code, name, exact, loose, father, address, national, phone, debts, accounts"
"""The columns of a debtor, in the order of his line (`kiosk.core.debts.pieces.line_of`)."""

_COLUMNS = """(
    id       INTEGER PRIMARY KEY,
    code     TEXT NOT NULL,
    name     TEXT NOT NULL,
    exact    TEXT NOT NULL,
    loose    TEXT NOT NULL,
    father   TEXT NOT NULL,
    address  TEXT NOT NULL,
    national TEXT,
    phone    TEXT,
    debts    TEXT NOT NULL,
    accounts TEXT NOT NULL
) STRICT
"""
"""`debts`: the canonical JSON of all that he owes, read with him and never by itself; `accounts`: the keys of
their accounts and contracts, as JSON. One row a debtor instead of one a charge: a fifth of the work."""

_PIECE = """
CREATE TABLE debt_piece_{s} (
    first INTEGER PRIMARY KEY,
    rows  TEXT NOT NULL
) STRICT
"""
"""The pieces into which the numbers of the debtors are cut, and the hash of the rows of each."""

_NAMES = f"""
CREATE VIRTUAL TABLE {{where}} USING fts5 (
    loose, content = '', detail = none, columnsize = 0, tokenize = 'ascii', prefix = '{_PREFIXES}'
)
"""
"""The words are those of the loose key: letters and digits between single spaces. `ascii` splits there and
nowhere else; `unicode61` has opinions about letters and folds no Arabic. Only whole words and prefixes are
asked for, so positions (detail) and lengths (columnsize) are not kept: 28 MB at a million names."""


_ACCOUNTS = "{t} d, jsonb_each(d.accounts) a"


@dataclass(frozen=True)
class Key:
    """What debtors are found by: a table of its `columns` and the debtor's number, in that order.

    `values`: what they are, as SQL over `source`; rows whose first one is null are left out. `unique`: two
    rows with the same columns are a mistake of the snapshot.
    """

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    source: str = "{t} d"
    unique: bool = False

    def table(self, which: str) -> str:
        """Its name in one set."""
        return f"{self.name}_{which}"

    @property
    def of_debts(self) -> bool:
        """Whether it is made of a debtor's debts, and not of his own columns."""
        return self.source == _ACCOUNTS

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

    def select(self, debtors: str, where: str = "true") -> str:
        """The statement that gives its rows, of those in a table of debtors (`d`) of whom `where` holds."""
        named = ", ".join(f"{value} AS {name}" for value, name in zip(self.values, self.columns, strict=True))
        once = "DISTINCT " if self.of_debts and not self.unique else ""
        return (
            f"SELECT {once}{named}, d.id AS id FROM {self.source.format(t=debtors)}"  # noqa: S608 - our own
            f" WHERE {self.values[0]} NOT NULL AND {where}"
        )


KEYS = (
    Key("debtor_code", ("code",), ("d.code",), unique=True),
    Key("debtor_loose", ("loose",), ("d.loose",)),
    Key("debtor_national", ("national",), ("d.national",)),
    Key("debtor_phone", ("phone",), ("d.phone",)),
    Key(
        "debt_account",
        ("account_key", "account"),
        ("a.value ->> 0", "d.debts ->> ('$[' || a.key || '][0]')"),
        _ACCOUNTS,
        unique=True,
    ),
    Key("debt_contract", ("contract_key",), ("a.value ->> 1",), _ACCOUNTS),
)
"""Everything that a debtor or a debt is found by, but the words of a name."""


def create_sets(db: Database) -> None:
    """Make both sets, empty; none is in use."""
    db.execute(_IN_USE)
    db.execute("INSERT INTO debts_in_use (one, version, hash, keys) VALUES (1, 0, '', ?)", (KEYS_VERSION,))
    for one in SETS:
        db.execute(debtor_table(f"debtor_{one}"))
        db.execute(_PIECE.format(s=one))
        db.execute(names_table(f"debtor_search_{one}"))
        for key in KEYS:
            db.execute(key.create(one))


def debtor_table(where: str) -> str:
    """The statement that makes a table of debtors, also of another schema."""
    return f"CREATE TABLE {where} {_COLUMNS}"


def names_table(where: str) -> str:
    """The statement that makes a name index like that of a set, as a table of another schema."""
    return _NAMES.format(where=where)
