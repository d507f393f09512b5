"""The tables of the server. The journal keeps exact bytes and is never changed; the ledgers come from it."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1
metadata = MetaData()


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _whole(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=optional)


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
    Column("number", Integer, primary_key=True),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    Column("staff", Text, ForeignKey("staff.code"), nullable=False),
    _text("signed"),
    _text("made"),
)
"""Orders that a person opens nothing any more, as they were signed."""

slot = Table(
    "slot",
    metadata,
    Column("id", Integer, primary_key=True),
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
)
"""Where each journal stands. `verified`: state of the verification after entry `applied`, as JSON."""

journal = Table(
    "journal",
    metadata,
    Column("stream", Text, ForeignKey("stream.stream"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sigs", LargeBinary, nullable=False),
    _text("received"),
)
branch = Table(
    "branch",
    metadata,
    Column("digest", Text, primary_key=True),
    _text("device"),
    _text("stream"),
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
    Column("id", Integer, primary_key=True),
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
    Column("id", Integer, primary_key=True),
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
)
"""Entries that wait for a person: stored, money counted; `debts`: their effect on debts is held back."""

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
)
case = Table(
    "debt_case",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("at"),
    _text("kind"),
    _text("stream"),
    _whole("seq"),
    _text("debt"),
    _text("charge"),
    _whole("piastres"),
    _text("state"),
    UniqueConstraint("kind", "stream", "seq", "debt", "charge"),
)
"""What a person settles: money taken above what was owed (`over_collected`). `state`: open, void."""

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
    _text("name"),
    _text("father"),
    _text("address"),
    _text("national", optional=True),
    _text("phone", optional=True),
)
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
"""Versions that devices fetch. `scope`: '' for all, `unit:…`, `collector:…` or `device:…`."""

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
