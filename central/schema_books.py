"""Tables of what people settle and of what is worked out again: credits, acts, shifts, handovers."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint

from central.columns import Integer, Text, metadata
from central.columns import numbered as _id
from central.columns import text as _text
from central.columns import whole as _whole

credit = Table(
    "credit",
    metadata,
    _id(),
    _text("at"),
    _text("kind"),
    _text("stream"),
    _whole("seq"),
    _whole("n"),
    _text("debtor"),
    _text("debt"),
    _text("charge"),
    _whole("piastres"),
    _whole("left"),
    UniqueConstraint("stream", "seq", "n"),
)
Index("credit_by_debt", credit.c.debt, credit.c.charge)
"""Money of debtors that pays no debt yet, by the part `n` of its payment; `left` is it less its moves."""
credit_move = Table(
    "credit_move",
    metadata,
    _id(),
    _text("at"),
    _text("by"),
    Column("credit", Integer, ForeignKey("credit.id"), nullable=False, index=True),
    _text("kind"),
    _whole("piastres"),
    _text("debt"),
    _text("charge"),
    _text("note"),
)
"""What became of a credit, never changed: applied, refund, absorbed (by its own charge), void; `returned` is
below zero and takes an earlier one back. `by` is '' for what the rules do.
"""
act = Table("act", metadata, _id(), _text("at"), _text("by"), _text("kind"), _text("about"), _text("detail"))
Index("act_by_matter", act.c.about, act.c.kind)
"""What people of the centre did, never changed; `detail` is JSON."""
request = Table(
    "request",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("device"),
    _text("unit"),
    _text("tracking"),
    _text("service"),
    _text("day"),
    _text("staff", optional=True),
    _text("papers_until", optional=True),
    _text("received"),
    _text("state"),
    _text("state_at"),
    _whole("said"),
    _text("person"),
    _text("identity", optional=True),
)
Index("request_by_tracking", request.c.tracking)
Index("request_by_unit", request.c.unit, request.c.state_at)
Index("request_by_identity", request.c.identity, request.c.service, request.c.day)
Index("request_by_person", request.c.person)
request_status = Table(
    "request_status",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    _text("at"),
    _text("by"),
    _text("state"),
    _text("note", optional=True),
    _text("until", optional=True),
    _text("office", optional=True),
)
"""What people of the centre said of a request, one after the other, never changed (`central.request_log`).
`request` keeps the newest: `state`, `state_at`, and `said`, which is its `n`; `received`, 0 before the first.
"""
fee_change = Table(
    "fee_change",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("at"),
    _text("made"),
    _whole("made_version"),
    _text("newer"),
    _whole("newer_version"),
    _whole("charged"),
    _whole("price", optional=True),
    _text("why", optional=True),
    _text("ar", optional=True),
    _text("en", optional=True),
    _whole("opened"),
)
"""Requests that a newer fee table in force charges otherwise than the one they were `made` with, by hash and
version, in piastres; no `price`: `why` the newer one gives none. `opened`: policy made a case of it.
"""
scan = Table(
    "scan",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("device"),
    _text("attachment"),
    _text("tracking"),
    _text("person"),
    _text("kind"),
    _text("media"),
    _whole("size"),
    _text("content"),
    _text("sealed"),
    _whole("sealed_size"),
    _text("erased", optional=True),
)
Index("scan_by_attachment", scan.c.attachment)
Index("scan_by_request", scan.c.tracking)
Index("scan_by_person", scan.c.person)
"""Scans as entries named them; whether their bytes are here the upload says."""
upload = Table(
    "upload",
    metadata,
    Column("upload", Text, primary_key=True),
    _text("device"),
    _text("attachment"),
    _text("sealed"),
    _whole("size"),
    _whole("received"),
    Column("key", LargeBinary, nullable=False),
    _text("state"),
    _text("at"),
    _whole("safe"),
)
Index("upload_by_attachment", upload.c.device, upload.c.attachment)
Index("upload_by_state", upload.c.state)
"""Sealed bytes that devices send up; `key` is sealed to the intake key, empty once it was destroyed.
`safe`: 1 when a back-up that counts holds the bytes.
"""
upload_piece = Table(
    "upload_piece",
    metadata,
    Column("upload", Text, primary_key=True),
    Column("start", Integer, primary_key=True),
    _whole("length"),
)
"""The pieces of unfinished uploads that count."""
"""Requests. `identity`: a keyed fingerprint of the person's number, '' where he has none, null until his
record is here and was looked at.
"""

superseded = Table("superseded", metadata, Column("file", Text, primary_key=True), _text("since"))
"""Files that devices fetched and that nothing needs any more, since when (`central.tidy`)."""
recount = Table(
    "recount",
    metadata,
    Column("stream", Text, ForeignKey("stream.stream"), primary_key=True),
    _whole("through"),
    _text("standing"),
)
"""Where the recomputation of each journal stands (`central.recount`), as JSON."""
shift = Table(
    "shift",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("device"),
    _text("staff"),
    _text("opened_at"),
    _whole("opening"),
    _whole("closed", optional=True),
    _text("closed_at", optional=True),
    _whole("z", optional=True),
    _whole("expected", optional=True),
    _whole("our_expected", optional=True),
    _whole("counted", optional=True),
    _whole("kept", optional=True),
    _whole("handed", optional=True),
    _whole("taken", optional=True),
    _whole("differences"),
    _text("verified_by", optional=True),
)
"""Shifts as the entries tell them. `expected` is what the device signed, `our_expected` what the entries
give, `differences` how many of its figures are not ours; `taken`: gross, all tenders.
"""
handover = Table(
    "handover",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _text("transfer"),
    _text("side"),
    _text("device"),
    _text("staff"),
    _text("counterpart"),
    _text("signs"),
    _text("other", optional=True),
    _whole("total"),
    _whole("stated"),
    _text("at"),
    _text("hash", optional=True),
)
Index("handover_by_transfer", handover.c.transfer)
"""Both sides of cash that changed hands (`side`: given, received); `other`: the device of the counterpart.
`hash`: of the giver's entry, as his journal has it and as the receiver was shown it.
"""

TABLES = (credit, credit_move, act, request, request_status, fee_change, recount, shift, handover)
