"""The tables of the server. The journal keeps exact bytes and is never changed; the ledgers come from it.

The types of columns are those of `central.columns`, not those of SQLAlchemy. After a change here write the
first revision anew: `python -m tools.central_baseline`.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from central import columns, schema_books
from central.columns import Integer, Text
from central.columns import numbered as _id
from central.columns import text as _text
from central.columns import whole as _whole

metadata = columns.metadata
BOOKS = schema_books.TABLES
"""Tables of the books of people, which stand in a module of their own."""

meta = Table("meta", metadata, Column("name", Text, primary_key=True), _text("value"))

unit = Table(
    "unit",
    metadata,
    Column("code", Text, primary_key=True),
    _text("name"),
    _text("name_en"),
    _text("body_ar"),
    _text("body_en"),
    _text("governorate", optional=True),
)
"""`governorate`: its two digits as national numbers have them; conditions of services ask for it."""
vehicle = Table(
    "vehicle",
    metadata,
    Column("code", Text, primary_key=True),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    _text("name"),
)
staff = Table(
    "staff",
    metadata,
    Column("code", Text, primary_key=True),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    _text("roles"),
    _text("activation_salt", optional=True),
    _text("activation_hash", optional=True),
    _text("revoked", optional=True),
    _text("valid_until", optional=True),
)
tombstone = Table(
    "tombstone",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    Column("staff", Text, ForeignKey("staff.code"), nullable=False),
    _text("signed"),
    _text("made"),
)
"""Orders that a person opens nothing any more, as they were signed."""

slot = Table(
    "slot",
    metadata,
    _id(),
    _text("locator"),
    _text("public"),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    _text("vehicle", optional=True),
    _text("collector", optional=True),
    _whole("serials"),
    _text("address"),
    _text("made"),
    _text("expires"),
    _whole("tries"),
    _text("state"),
    _text("request", optional=True),
    _text("device", optional=True),
)
Index("slot_by_locator", slot.c.locator)
"""A prepared enrolment. `state`: open, used, void. `request`: SHA-256 of the request that used it."""

device = Table(
    "device",
    metadata,
    Column("code", Text, primary_key=True),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    _text("vehicle", optional=True),
    _text("collector", optional=True),
    Column("stream", Text, nullable=False, unique=True),
    _text("public_key"),
    _text("certificate"),
    _text("app"),
    _text("state"),
    _text("enrolled_at"),
)
certificate = Table(
    "certificate",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("device", Text, ForeignKey("device.code"), nullable=False),
    _text("public"),
    _text("der"),
    _text("at"),
    _text("until"),
    _text("how"),
)
"""Certificates of devices after the one of their enrolment, DER in hex; `public`: SHA-256 of the key. `how`:
`renewed` here, or `shown` by a device whose renewal a restored server had forgotten.
"""
stream = Table(
    "stream",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("device", Text, ForeignKey("device.code"), nullable=False),
    _whole("stored"),
    Column("head", LargeBinary, nullable=False),
    _whole("safe"),
    _whole("applied"),
    _text("verified"),
    _whole("persons"),
    _whole("persons_safe"),
)
"""Where each journal stands. `verified`: state of the verification after entry `applied`, as JSON. `persons`:
up to which entry all personal records are here; `persons_safe`: up to which they are elsewhere too, as `safe`
says of entries.
"""

journal = Table(
    "journal",
    metadata,
    Column("stream", Text, ForeignKey("stream.stream"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sigs", LargeBinary, nullable=False),
    _text("received"),
    PrimaryKeyConstraint("stream", "seq").ddl_if(dialect="sqlite"),
    postgresql_partition_by="RANGE (received)",
)
"""On PostgreSQL a table for each month (`central.months`), with this key in each; that no entry is there
twice over all months, `central.guards` sees to.
"""
branch = Table(
    "branch",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    _text("device"),
    _whole("first"),
    _whole("last"),
    Column("head", LargeBinary, nullable=False),
    _whole("fork_at"),
    Column("batch", LargeBinary, nullable=False),
    _text("received"),
    UniqueConstraint("stream", "last", "head", "first"),
)
"""Batches that contradict the journal (fork, clone): kept as they came. `head`: the hash of their last entry,
after which the next batch of the same branch follows; `fork_at`: the first entry of the branch that differs.
"""
incident = Table(
    "incident",
    metadata,
    _id(),
    _text("at"),
    _text("kind"),
    _text("device"),
    _text("stream"),
    _whole("seq"),
    _text("detail"),
    UniqueConstraint("kind", "stream", "seq", "detail"),
)
lifting = Table(
    "lifting",
    metadata,
    _id(),
    _text("at"),
    _text("device"),
    _text("stream"),
    _whole("epoch"),
    Column("n", Integer),
    _text("how"),
    _text("what"),
    Column("signed", Text),
    UniqueConstraint("device", "epoch", "n"),
)
"""Stops of devices that people here lifted: by an order (`n`; `what`: through which entry), or by an answer
to a challenge (`what`).
"""
quarantine = Table(
    "quarantine",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("code"),
    _text("ar"),
    _text("en"),
    _whole("debts"),
    _text("at"),
    _text("state"),
    _text("settled_by", optional=True),
    _text("settled_at", optional=True),
    _text("note", optional=True),
)
"""Entries that wait for a person: stored, money counted; `debts`: their effect on debts is held back.
`state`: open, then what a person decided: applied, credited, dismissed, verified.
"""

payment = Table(
    "payment",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("device"),
    _text("staff"),
    _whole("shift", optional=True),
    _text("business_date"),
    _text("kind"),
    _text("reference"),
    _whole("total"),
    _whole("cash"),
    _whole("slip"),
    _whole("card"),
    _whole("paper"),
    _whole("voided", optional=True),
)
part = Table(
    "payment_part",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    _text("debt", optional=True),
    _text("charge", optional=True),
    _text("component"),
    _whole("piastres"),
    _whole("applied"),
    _text("business_date"),
)
Index("payment_part_by_debt", part.c.debt, part.c.charge)
"""What a payment was for. `applied`: piastres that lowered the charge; 0 for credits, voids, quarantine."""

receipt = Table(
    "receipt",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("number"),
    _text("series"),
    _whole("serial"),
    _whole("payment"),
    _whole("piastres"),
    _whole("voided", optional=True),
)
Index("receipt_by_number", receipt.c.number)
book = Table(
    "book",
    metadata,
    Column("series", Text, primary_key=True),
    Column("device", Text, ForeignKey("device.code"), nullable=False),
    _whole("first"),
    _whole("last"),
    _text("grant"),
    _text("retired", optional=True),
)
"""Receipt books. `retired`: when a fork of its device was found; no receipt is issued from it any more."""
case = Table(
    "debt_case",
    metadata,
    _id(),
    _text("at"),
    _text("kind"),
    _text("stream"),
    _whole("seq"),
    _text("debt"),
    _text("charge"),
    _whole("piastres"),
    _text("with_stream", optional=True),
    _whole("with_seq", optional=True),
    _text("state"),
    _text("outcome", optional=True),
    _whole("counted", optional=True),
    _text("settled_by", optional=True),
    _text("settled_at", optional=True),
    _text("note", optional=True),
    UniqueConstraint("kind", "stream", "seq", "debt", "charge"),
)
Index("case_by_entry", case.c.stream, case.c.seq)
"""What a person settles (`central.conflicts`), by the entry it is about; `with_…`: another entry that belongs
to it; `debt` and `charge` are '' where it is about none. `state`: open, settled, void. `outcome`: how it was
settled; `counted`: piastres that a person counted.
"""
card_attempt = Table(
    "card_attempt",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("device"),
    _text("attempt"),
    _text("kind"),
    _text("terminal"),
    _whole("piastres"),
    _whole("reverses", optional=True),
    _text("state"),
    _whole("last"),
    _text("approval", optional=True),
    _whole("receipt_no", optional=True),
    _whole("payment", optional=True),
)
"""Attempts on linked terminals, by their `card.prepared`. `state`: prepared, sent, approved, declined,
unknown, adopted, not_done, completed; `last`: the entry that said so.
"""
card_close = Table(
    "card_close",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("device"),
    _text("terminal"),
    _whole("taken"),
    _whole("reversed"),
    _whole("our_taken"),
    _whole("our_reversed"),
    _whole("difference"),
    _whole("in_doubt"),
)
"""Days that terminals closed, beside what the device had recorded, in piastres."""

debtor = Table(
    "debtor",
    metadata,
    Column("code", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    _text("name"),
    _text("father"),
    _text("address"),
    _text("national", optional=True),
    _text("phone", optional=True),
)
"""`number`: stays the debtor's for good and is nobody else's; devices order and cut their debts by it."""
debt = Table(
    "debt",
    metadata,
    Column("account", Text, primary_key=True),
    Column("debtor", Text, ForeignKey("debtor.code"), nullable=False, index=True),
    _text("kind"),
    _text("body"),
    _text("fund"),
    _whole("deposit"),
    _text("leased_to"),
    _text("holder"),
    _text("until", optional=True),
    _whole("burden_bp", optional=True),
    _text("contract", optional=True),
)
Index("debt_by_lease", debt.c.leased_to, debt.c.holder)
charge = Table(
    "charge",
    metadata,
    Column("debt", Text, ForeignKey("debt.account"), primary_key=True),
    Column("id", Text, primary_key=True),
    _whole("n"),
    _text("component"),
    _text("due"),
    _whole("stated"),
    _whole("owed"),
    _text("label"),
)
"""`stated`: what the imported file said; `owed`: less what was paid here and not counted in the file."""

dataset = Table(
    "dataset",
    metadata,
    Column("name", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    _text("form"),
    _text("hash"),
    Column("file", Text, nullable=False, index=True),
    _whole("size"),
    _whole("plain_size"),
    _whole("rows"),
    _text("as_of"),
    _text("valid_until", optional=True),
    _text("applied"),
    _whole("change"),
)
"""Versions that devices fetch. `scope`: '' for all, `unit:…`, `collector:…` or `device:…`. `file`: of debts,
the index of the snapshot on which their `debt_delta` rows build."""
debt_state = Table(
    "debt_state",
    metadata,
    Column("scope", Text, primary_key=True),
    _whole("version"),
    _text("hash"),
    _text("cursor"),
    _text("whole"),
    _whole("snapshot"),
    _whole("snapshot_size"),
    Column("pieces", LargeBinary, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
)
"""What the newest version of the debts of a scope is made of: the cursor of changes up to which it has them,
pieces (canonical JSON, gzip), numbers of the debtors (64-bit little-endian differences, gzip). `whole`: when
all of it was last read from the tables (UTC), as the snapshot of version `snapshot`, which takes
`snapshot_size` bytes.
"""
debt_file = Table(
    "debt_file",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    _whole("version"),
)
"""Files of debts beside those that `dataset` names: pieces of snapshots, and deltas."""
debt_delta = Table(
    "debt_delta",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    _text("base"),
    _text("hash"),
    _text("file"),
    _whole("size"),
    _whole("plain_size"),
    _whole("debtors"),
)
"""What changes the debts of a scope from the version with hash `base` to this one."""

person = Table(
    "person",
    metadata,
    Column("person", Text, primary_key=True),
    _text("device"),
    Column("sealed", LargeBinary, nullable=False),
    _text("received"),
)
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("device", Text, ForeignKey("device.code"), primary_key=True),
    _text("received"),
    _text("content"),
)
sync_pause = Table(
    "sync_pause",
    metadata,
    Column("device", Text, ForeignKey("device.code"), primary_key=True),
    Column("what", Text, primary_key=True),
    _text("since"),
    _text("staff", optional=True),
    _text("until", optional=True),
    _text("only_on", optional=True),
)
"""Pauses of sync that people set on devices, as their entries told, until one tells that it has ended."""

change_log = Table(
    "change_log",
    metadata,
    Column("n", Integer, Identity(), primary_key=True),
    _whole("epoch"),
    _whole("xid"),
    _text("topic"),
    _text("key"),
    sqlite_autoincrement=True,
)
Index("change_log_by_topic", change_log.c.topic, change_log.c.epoch, change_log.c.xid, change_log.c.n)
"""What changed, in an order that readers can follow without missing anything: only by `central.changes`."""

contact = Table(
    "contact",
    metadata,
    Column("stream", Text, ForeignKey("stream.stream"), primary_key=True),
    _whole("epoch"),
    _whole("n"),
    _text("nonce"),
    _text("token"),
    _text("echo"),
    _whole("settled"),
)
"""The last heartbeat of each journal that was its own (`kiosk.core.contact`); void in a later epoch."""
reconciled = Table(
    "reconciled",
    metadata,
    Column("device", Text, ForeignKey("device.code"), primary_key=True),
    _whole("epoch"),
    _text("at"),
)
"""Devices that showed, in this epoch, what they hold. Without a row: enrolled in epoch 1, never restored."""
readmission = Table(
    "readmission",
    metadata,
    Column("device", Text, ForeignKey("device.code"), primary_key=True),
    _text("at"),
    Column("request", LargeBinary, nullable=False),
    Column("bundle", LargeBinary, nullable=False),
    _text("decided", optional=True),
)
"""Devices that a restored server did not know, taken in again by what it had signed for them; `decided`: when
a person let them be given things again.
"""
forgotten = Table(
    "forgotten",
    metadata,
    Column("name", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    _whole("version"),
    _text("hash"),
    _text("device"),
    _text("at"),
    _whole("above"),
)
"""Data that a device holds and a restored server does not know. The older version, `above`, is withheld from
who holds it until people here load one.
"""
order_log = Table(
    "device_log",
    metadata,
    Column("device", Text, ForeignKey("device.code"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    _text("received"),
    Column("sealed", LargeBinary, nullable=False),
)
"""Technical logs that devices sent for an order, sealed to the intake key."""

archive = Table(
    "archive",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("at"),
    _text("kind"),
    _text("place"),
    _text("digest"),
    _whole("epoch"),
    _whole("entries"),
    _whole("counts"),
)
"""Back-ups that were read back and found whole. `digest`: SHA-256 of the manifest; `counts`: it lies apart
from the server's own disk, so `safe_through` may rest on it.
"""
archived = Table(
    "archived",
    metadata,
    Column("archive", Integer, ForeignKey("archive.id"), primary_key=True),
    Column("stream", Text, primary_key=True),
    _whole("stored"),
)
safe_source = Table(
    "safe_source",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    _text("at"),
    _text("by"),
    _whole("off_machine"),
    _text("life"),
    _text("base", optional=True),
    _text("mark", optional=True),
    _text("problem"),
    _text("proved", optional=True),
)
"""Standbys and the archive of WAL that people named as evidence (`central.safe_sources`). `life`, `base` and
`mark` are JSON; `proved`: the newest moment of the database that it was seen to have.
"""
