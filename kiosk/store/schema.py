"""The tables of the store and the steps that bring an older store up to date.

Each step is one sqlite-utils migration in a transaction of its own; a step that has shipped is never edited.
"""

from collections.abc import Sequence

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from kiosk.store.debts.tables import create_sets

migrations = Migrations("kiosk-store")

_PERIOD = """
CREATE TABLE journal_1 (
    seq   INTEGER PRIMARY KEY,
    type  TEXT NOT NULL,
    bytes BLOB NOT NULL,
    hash  BLOB NOT NULL CHECK (length(hash) = 32),
    sigs  TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_1_next BEFORE INSERT ON journal_1
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM journal_1), 0) + 1
BEGIN SELECT RAISE(ABORT, 'a journal entry must be the next one'); END;
CREATE TRIGGER journal_1_no_update BEFORE UPDATE ON journal_1
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_1_no_delete BEFORE DELETE ON journal_1
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""
"""One period of the journal, append-only: the first, of which later ones are made."""

_CLOSED = """
CREATE TRIGGER journal_1_closed BEFORE INSERT ON journal_1
BEGIN SELECT RAISE(ABORT, 'this period of the journal is closed'); END;
"""

_JOURNAL = """
CREATE TABLE checkpoint (
    seq   INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_of_an_entry BEFORE INSERT ON checkpoint
WHEN NOT EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a checkpoint is of an entry that is here'); END;
CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
WHEN NEW.seq <= coalesce((SELECT max(seq) FROM checkpoint), 0)
BEGIN SELECT RAISE(ABORT, 'a checkpoint must be later than the last: checkpoints are append-only'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE TABLE person (
    id          TEXT PRIMARY KEY CHECK (length(id) = 32),
    wrapped_key BLOB,
    sealed      BLOB NOT NULL
) STRICT;
CREATE TRIGGER person_new BEFORE INSERT ON person
WHEN EXISTS (SELECT 1 FROM person WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a personal record is never written over'); END;
CREATE TRIGGER person_only_erased BEFORE UPDATE ON person
WHEN NEW.id <> OLD.id OR NEW.sealed <> OLD.sealed OR OLD.wrapped_key IS NULL
BEGIN SELECT RAISE(ABORT, 'a personal record is never edited, only its key destroyed'); END;
CREATE TRIGGER person_no_delete BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'a personal record is never removed, only its key destroyed'); END;

CREATE TABLE attachment_key (
    id          TEXT PRIMARY KEY CHECK (length(id) = 32),
    person      TEXT NOT NULL,
    wrapped_key BLOB
) STRICT;
CREATE INDEX attachment_key_by_person ON attachment_key (person);
CREATE TRIGGER attachment_key_only_erased BEFORE UPDATE ON attachment_key
WHEN NEW.id <> OLD.id OR NEW.person <> OLD.person OR OLD.wrapped_key IS NULL
BEGIN SELECT RAISE(ABORT, 'the key of a scan is never edited, only destroyed'); END;
CREATE TRIGGER attachment_key_no_delete BEFORE DELETE ON attachment_key
BEGIN SELECT RAISE(ABORT, 'the key of a scan is never removed, only destroyed'); END;
CREATE TRIGGER attachment_key_erased AFTER UPDATE ON person WHEN NEW.wrapped_key IS NULL
BEGIN UPDATE attachment_key SET wrapped_key = NULL WHERE person = NEW.id AND wrapped_key NOT NULL; END;
"""

_DERIVED = """
CREATE TABLE stream (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    stream TEXT NOT NULL,
    device TEXT NOT NULL,
    trial  INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    head   BLOB NOT NULL,
    at     TEXT NOT NULL,
    totals TEXT NOT NULL,
    drawer INTEGER,
    period INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE carried (
    seq      INTEGER PRIMARY KEY,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    type     TEXT NOT NULL,
    bytes    BLOB NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    sigs     TEXT NOT NULL
) STRICT;

CREATE TABLE staff_known (
    staff      TEXT PRIMARY KEY,
    roles      TEXT NOT NULL,
    public_key TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    removed    INTEGER
) STRICT;

CREATE TABLE snapshot_applied (
    dataset         TEXT PRIMARY KEY,
    version         INTEGER NOT NULL,
    hash            TEXT NOT NULL,
    as_of           TEXT NOT NULL,
    rows            INTEGER NOT NULL,
    applied_through INTEGER NOT NULL,
    not_applied     TEXT NOT NULL,
    seq             INTEGER NOT NULL
) STRICT;

CREATE TABLE book_taken (
    series TEXT PRIMARY KEY,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    used   INTEGER
) STRICT;

CREATE TABLE outage (
    seq        INTEGER PRIMARY KEY,
    cause      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    number     TEXT NOT NULL,
    approver   TEXT,
    started_at TEXT NOT NULL,
    closed     INTEGER,
    ended_at   TEXT
) STRICT;

CREATE TABLE shift (
    seq        INTEGER PRIMARY KEY,
    staff      TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
    series     TEXT NOT NULL,
    opened_at  TEXT NOT NULL,
    opening    INTEGER NOT NULL,
    closed     INTEGER,
    z          INTEGER,
    kept       INTEGER,
    handed     INTEGER,
    since      TEXT,
    boot       TEXT,
    mono_ms    INTEGER
) STRICT;
CREATE UNIQUE INDEX one_open_shift ON shift ((1)) WHERE state <> 'closed';

CREATE TABLE shift_count (
    seq           INTEGER PRIMARY KEY,
    shift         INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    denominations TEXT NOT NULL,
    total         INTEGER NOT NULL,
    UNIQUE (shift, attempt)
) STRICT;

CREATE TABLE request_taken (
    tracking   TEXT PRIMARY KEY,
    seq        INTEGER NOT NULL UNIQUE,
    shift      INTEGER,
    day        TEXT NOT NULL,
    service    TEXT NOT NULL,
    person     TEXT NOT NULL,
    acceptance TEXT NOT NULL,
    until      TEXT,
    due        INTEGER NOT NULL
) STRICT;
CREATE INDEX request_by_person ON request_taken (person);

CREATE TABLE attachment (
    id          TEXT PRIMARY KEY,
    seq         INTEGER NOT NULL UNIQUE,
    tracking    TEXT NOT NULL,
    person      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    media       TEXT NOT NULL,
    size        INTEGER NOT NULL,
    content     TEXT NOT NULL,
    sealed_size INTEGER NOT NULL,
    sealed      TEXT NOT NULL,
    erased      INTEGER
) STRICT;
CREATE INDEX attachment_by_request ON attachment (tracking);
CREATE INDEX attachment_by_person ON attachment (person);

CREATE TABLE payment (
    seq         INTEGER PRIMARY KEY,
    shift       INTEGER,
    kind        TEXT NOT NULL,
    reference   TEXT NOT NULL,
    total       INTEGER NOT NULL,
    for_request INTEGER NOT NULL,
    paper       INTEGER NOT NULL,
    outage      INTEGER,
    voided      INTEGER,
    series      TEXT,
    serial      INTEGER,
    lines       TEXT NOT NULL,
    tenders     TEXT NOT NULL
) STRICT;
CREATE INDEX payment_by_reference ON payment (reference);
CREATE VIEW request AS
SELECT tracking, seq, shift, day, service, person, acceptance, until, due,
       coalesce((SELECT sum(for_request) FROM payment
                 WHERE reference = tracking AND kind = 'request' AND voided IS NULL), 0) AS paid
FROM request_taken;
CREATE UNIQUE INDEX receipt_number ON payment (series, serial) WHERE serial IS NOT NULL;
CREATE VIEW receipt AS
SELECT seq + 1 AS seq, seq AS payment, series, serial, shift, total, voided,
       printf('%s-%06d', series, serial) AS number
FROM payment WHERE serial IS NOT NULL;
CREATE VIEW payment_line AS
SELECT payment.seq, one.key AS n, one.value ->> 'kind' AS kind, one.value ->> 'account' AS account,
       one.value ->> 'label' AS label, one.value ->> 'piastres' AS piastres
FROM payment, json_each(payment.lines) one;
CREATE VIEW tender AS
SELECT payment.seq, one.key AS n, one.value ->> 'kind' AS kind,
       coalesce(one.value ->> 'applied', one.value ->> 'piastres') AS piastres, one.value AS detail
FROM payment, json_each(payment.tenders) one;

CREATE TABLE slip_used (
    terminal TEXT NOT NULL,
    slip     TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (terminal, slip, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE card_attempt (
    seq        INTEGER PRIMARY KEY,
    attempt    TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    shift      INTEGER NOT NULL,
    staff      TEXT NOT NULL,
    terminal   TEXT NOT NULL,
    piastres   INTEGER NOT NULL,
    currency   INTEGER NOT NULL,
    counter    INTEGER,
    reference  TEXT NOT NULL,
    state      TEXT NOT NULL,
    why        TEXT NOT NULL,
    trace      INTEGER,
    receipt_no INTEGER,
    approval   TEXT,
    last4      TEXT,
    payment    INTEGER,
    reverses   INTEGER,
    slip_before INTEGER,
    sent       TEXT,
    heard      TEXT
) STRICT;
CREATE INDEX card_open ON card_attempt (terminal)
WHERE state IN ('approved', 'person', 'prepared', 'sent', 'unknown');
CREATE INDEX card_by_reference ON card_attempt (reference);
CREATE INDEX card_by_payment ON card_attempt (payment) WHERE payment IS NOT NULL;
CREATE INDEX card_by_reversed ON card_attempt (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX card_by_shift ON card_attempt (shift);

CREATE TABLE card_batch (
    seq      INTEGER PRIMARY KEY,
    terminal TEXT NOT NULL
) STRICT;

CREATE TABLE paper_form (
    seq    INTEGER PRIMARY KEY,
    series TEXT NOT NULL,
    number TEXT NOT NULL
) STRICT;
CREATE INDEX paper_form_by_number ON paper_form (series, number);

CREATE TABLE allocation (
    seq       INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    debt      TEXT,
    charge    TEXT,
    component TEXT NOT NULL,
    piastres  INTEGER NOT NULL,
    PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX allocation_by_debt ON allocation (debt);

CREATE VIEW book AS
SELECT series, first, last, seq,
       max(coalesce((SELECT max(serial) FROM receipt WHERE receipt.series = book_taken.series), 0),
           coalesce(used, 0), first - 1) + 1 AS next
FROM book_taken;

CREATE TABLE handover (
    seq         INTEGER PRIMARY KEY,
    transfer    TEXT NOT NULL,
    direction   TEXT NOT NULL,
    shift       INTEGER,
    staff       TEXT NOT NULL,
    counterpart TEXT NOT NULL,
    total       INTEGER NOT NULL,
    closing     INTEGER,
    seal        TEXT,
    UNIQUE (transfer, direction)
) STRICT;

CREATE TABLE printed (
    seq      INTEGER PRIMARY KEY,
    entry    INTEGER NOT NULL,
    document TEXT NOT NULL,
    copy     INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    sent     INTEGER NOT NULL
) STRICT;
CREATE INDEX printed_by_entry ON printed (entry);

CREATE TABLE incident (
    seq    INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,
    at     INTEGER,
    detail TEXT NOT NULL,
    lifted INTEGER
) STRICT;
CREATE INDEX incident_stands ON incident (seq) WHERE lifted IS NULL;

CREATE TABLE order_done (
    epoch INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    hash  TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (epoch, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE stop_seen (
    cause TEXT PRIMARY KEY,
    seq   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
    seq    INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,
    shift  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    UNIQUE (kind, number)
) STRICT;
"""

_SNAPSHOT = """
CREATE TABLE dataset (
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (name, version)
) STRICT;
CREATE TABLE request_told (
    tracking TEXT PRIMARY KEY,
    service  TEXT NOT NULL,
    day      TEXT NOT NULL,
    state    TEXT NOT NULL,
    at       TEXT NOT NULL,
    note     TEXT,
    until    TEXT,
    office   TEXT
) STRICT, WITHOUT ROWID;
"""

_OPERATIONAL = """
CREATE TABLE person_index (
    key    BLOB NOT NULL CHECK (length(key) = 32),
    person TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (key, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_index_by_person ON person_index (person);
CREATE TRIGGER person_index_erased AFTER UPDATE ON person WHEN NEW.wrapped_key IS NULL
BEGIN DELETE FROM person_index WHERE person = NEW.id; END;
CREATE TABLE draft (
    staff    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    content  TEXT NOT NULL,
    PRIMARY KEY (staff, kind)
) STRICT;
CREATE TABLE intent (
    intent TEXT PRIMARY KEY CHECK (length(intent) = 32),
    seq    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE print_job (
    n        INTEGER PRIMARY KEY,
    job      TEXT NOT NULL CHECK (length(job) = 32),
    document TEXT NOT NULL,
    entry    INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'confirmed', 'uncertain', 'failed')),
    copy     INTEGER,
    sent     INTEGER NOT NULL DEFAULT 0,
    printer  TEXT,
    fault    TEXT,
    asked    INTEGER NOT NULL DEFAULT (unixepoch()),
    held     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX print_job_open ON print_job (n) WHERE state IN ('queued', 'sending');
CREATE INDEX print_job_by_entry ON print_job (entry) WHERE state NOT IN ('queued', 'sending');
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE acknowledgement (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    epoch          INTEGER NOT NULL,
    stored_through INTEGER NOT NULL,
    safe_through   INTEGER NOT NULL,
    head           BLOB NOT NULL CHECK (length(head) = 32),
    server_time    TEXT NOT NULL,
    bytes          BLOB NOT NULL
) STRICT;
CREATE TRIGGER acknowledgement_rises BEFORE UPDATE ON acknowledgement
WHEN NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND NEW.stored_through < OLD.stored_through)
BEGIN SELECT RAISE(ABORT, 'within an epoch of the centre an acknowledgement only rises'); END;
CREATE TABLE attachment_sent (
    id    TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    safe  INTEGER NOT NULL CHECK (safe IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE decided (
    seq      INTEGER PRIMARY KEY,
    decision TEXT NOT NULL,
    at       TEXT NOT NULL,
    ar       TEXT NOT NULL,
    en       TEXT NOT NULL,
    note     TEXT
) STRICT;
CREATE TABLE quarantined (
    seq  INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    ar   TEXT NOT NULL,
    en   TEXT NOT NULL
) STRICT;
CREATE TABLE device_key (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    alg     TEXT NOT NULL,
    private BLOB NOT NULL
) STRICT;
"""


@migrations()
def create_tables(db: Database) -> None:
    """First version of every table but the debts, which have a step of their own."""
    for script in (_PERIOD, _JOURNAL, _DERIVED, _SNAPSHOT, _OPERATIONAL):
        for statement in _statements(script):
            db.execute(statement)
    for statement in view_statements((1,), carried=False):
        db.execute(statement)


@migrations()
def create_debts(db: Database) -> None:
    """The two sets of debt tables (`kiosk.store.debts`)."""
    create_sets(db)


def period_statements(n: int, after: int) -> list[str]:
    """What makes the table of period `n`, whose first entry follows entry `after`, with its guards."""
    script = _PERIOD.replace("max(seq) FROM journal_1), 0)", f"max(seq) FROM journal_1), {after})")
    return _statements(script.replace("journal_1", f"journal_{n}"))


def closing_statements(n: int) -> list[str]:
    """What keeps anything from being added to period `n` any more."""
    return _statements(_CLOSED.replace("journal_1", f"journal_{n}"))


def view_statements(periods: Sequence[int], *, carried: bool) -> list[str]:
    """What makes the views over these periods: `journal`, every entry in its place in the chain, and
    `known_entry`, those and the ones that a baseline carries, for look-ups.
    """
    columns = "seq, type, bytes, hash, sigs"
    kept = [f"SELECT {columns} FROM journal_{n}" for n in periods]  # noqa: S608 - our own names
    known = [*([f"SELECT {columns} FROM carried"] if carried else []), *kept]  # noqa: S608 - ours
    return [
        f"CREATE VIEW journal AS {' UNION ALL '.join(kept)}",
        f"CREATE VIEW known_entry AS {' UNION ALL '.join(known)}",
    ]


def _statements(script: str) -> list[str]:
    """Split a script into statements; the body of a trigger ends with END, not at its inner semicolon."""
    statements: list[str] = []
    pending = ""
    for piece in script.split(";"):
        pending += piece + ";"
        inside_trigger = "CREATE TRIGGER" in pending and not piece.strip().endswith("END")
        if not inside_trigger:
            if pending.strip(" ;\n"):
                statements.append(pending.strip().removesuffix(";"))
            pending = ""
    return statements
