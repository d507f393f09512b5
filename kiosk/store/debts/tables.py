"""The tables of the debt snapshot: two equal sets, `a` and `b`, and the row that says which one is in use.

A load fills the set that is not in use. Its indexes are made at the end: kept up row by row they would
write every one of their pages again with each chunk.
"""

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
    loading TEXT
) STRICT
"""
"""`loading` names the load that fills the other set: a load that was cut never goes on into a later one."""

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
    # The words are those of the loose key: letters and digits between single spaces. `ascii` splits there and
    # nowhere else; `unicode61` has opinions about letters and folds no Arabic. Only whole words and prefixes
    # are asked for, so positions (detail) and lengths (columnsize) are not kept: 28 MB at a million names.
    f"""
CREATE VIRTUAL TABLE debtor_search_{{s}} USING fts5 (
    loose, content = '', detail = none, columnsize = 0, tokenize = 'ascii', prefix = '{_PREFIXES}'
)
""",
)

_INDEXES = {
    "debtor_code_{s}": "UNIQUE INDEX debtor_code_{s} ON debtor_{s} (code)",
    "debtor_loose_{s}": "INDEX debtor_loose_{s} ON debtor_{s} (loose)",
    "debtor_national_{s}": "INDEX debtor_national_{s} ON debtor_{s} (national) WHERE national NOT NULL",
    "debtor_phone_{s}": "INDEX debtor_phone_{s} ON debtor_{s} (phone) WHERE phone NOT NULL",
    "debt_account_{s}": "UNIQUE INDEX debt_account_{s} ON debt_{s} (account_key, account)",
    "debt_contract_{s}": "INDEX debt_contract_{s} ON debt_{s} (contract_key) WHERE contract_key NOT NULL",
}


def create_sets(db: Database) -> None:
    """Make both sets, empty and without indexes; none is in use."""
    db.execute(_IN_USE)
    db.execute("INSERT INTO debts_in_use (one, version, hash) VALUES (1, 0, '')")
    for one in SETS:
        for statement in _TABLES:
            db.execute(statement.format(s=one))


def indexes(which: str) -> dict[str, str]:
    """The indexes of one set by name, with the statement that makes each."""
    return {
        name.format(s=which): f"CREATE {statement.format(s=which)}" for name, statement in _INDEXES.items()
    }
