"""Verifies a journal: continuity, hashes, bodies, perpetual totals, signatures, checkpoints.

Needs only the entries, the device key and, for a later part of a stream, the state before it; staff keys come
from the journal itself, each vouched for by the entry that added it. Device, server and auditor use it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.entries.baseline import JournalBaseline
from kiosk.core.entries.body import Body
from kiosk.core.entries.build import envelope_problem
from kiosk.core.entries.registry import REGISTRY, Registry, UnknownBody
from kiosk.core.entries.signatures import check_signatures, required_signatures
from kiosk.core.entries.staff import StaffAdded, StaffRemoved, StaffSecretChanged, StreamOpened
from kiosk.core.errors import KnownError
from kiosk.core.roles import Role, may
from kiosk.core.wire.checkpoint import Checkpoint, checkpoint_holds
from kiosk.core.wire.entry import (
    FIRST_PREVIOUS,
    Entry,
    EntrySignature,
    Record,
    entry_hash,
    parse_entry,
    signature_holds,
)
from kiosk.core.wire.totals import Totals, read_totals

Keys = Mapping[tuple[str, str], Ed25519PublicKey]
"""Public keys by (staff code or device code, kid)."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or could not be judged, at one place. `code` is a situation `chain.*`."""

    code: str
    seq: int
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def breaks(self) -> bool:
        """False for what this release only could not judge; True for damage."""
        return self.code != "chain.later_release"

    def error(self) -> KnownError:
        """The finding as a sentence for people."""
        return KnownError(self.code, seq=self.seq, **self.params)


@dataclass(frozen=True, kw_only=True)
class ChainState:
    """Where a verified journal stands: the next entry follows this. Start of a stream: only the first three.

    `device_keys` by kid: keys of the device that may sign checkpoints and entries. `staff_keys`: those of
    staff who were on the device at this point, `staff_roles` their roles (a new `staff.added` changes them).
    """

    stream: str
    device: str
    device_keys: Mapping[str, Ed25519PublicKey]
    seq: int = 0
    head: bytes = FIRST_PREVIOUS
    totals: Totals = field(default_factory=Totals)
    staff_keys: Keys = field(default_factory=dict)
    staff_roles: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What a verification found, in order, and where the journal then stands."""

    findings: tuple[Finding, ...]
    state: ChainState

    @property
    def clean(self) -> bool:
        """No damage."""
        return not any(finding.breaks for finding in self.findings)


def verify_chain(
    records: Iterable[Record],
    start: ChainState,
    *,
    checkpoints: Sequence[Checkpoint] = (),
    registry: Registry = REGISTRY,
    hashes_only: bool = False,
    look: Callable[[Record, "ChainVerifier"], None] | None = None,
) -> Verdict:
    """Verify the records that follow `start`, in their order, and the checkpoints that fall among them.

    After damage the verification goes on from the hash that is stored, so that each fault is named once.
    With `hashes_only` bodies, totals and entry signatures are not judged (a few µs an entry). `look` is told
    each record once it is judged: `ChainVerifier.read` has what was read of it, so nobody need read it again.
    Nothing is raised for damage of any kind.
    """
    verifier = ChainVerifier(start, registry, hashes_only=hashes_only)
    waiting: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        waiting.setdefault(checkpoint.seq, []).append(checkpoint)
    for checkpoint in waiting.pop(start.seq, []):
        verifier.compare(checkpoint)
    for record in records:
        verifier.take(record)
        if look is not None:
            look(record, verifier)
        for checkpoint in waiting.pop(verifier.seq, []):
            verifier.compare(checkpoint)
    for seq in sorted(waiting):
        if seq > verifier.seq:
            for checkpoint in waiting[seq]:
                verifier.beyond(checkpoint)
    return Verdict(tuple(verifier.findings), verifier.state)


class ChainVerifier:
    """Walks along the records and notes what it finds; `verify_chain` is the usual way to use it.

    `seq`, `head` and `totals` say where it stands.
    """

    def __init__(
        self, start: ChainState, registry: Registry = REGISTRY, *, hashes_only: bool = False
    ) -> None:
        self._start = start
        self.seq, self.head, self.totals = start.seq, start.head, start.totals
        self._keys, self._roles = dict(start.staff_keys), dict(start.staff_roles)
        self._before = start.head
        """The hash before the entry that is being judged."""
        self.findings: list[Finding] = []
        self.read: tuple[Entry, Body | UnknownBody] | None = None
        """The entry that was just taken, as it was read; None when it could not be."""
        self._registry = registry
        self._hashes_only = hashes_only

    @property
    def state(self) -> ChainState:
        """Where the verification stands."""
        return replace(
            self._start,
            seq=self.seq,
            head=self.head,
            totals=self.totals,
            staff_keys=dict(self._keys),
            staff_roles=dict(self._roles),
        )

    def note(self, code: str, seq: int, /, **params: object) -> None:
        """Add a finding at an entry."""
        self.findings.append(Finding(code, seq, params))

    def take(self, record: Record) -> None:
        """Judge one record and move on to it."""
        expected, self.read = self.seq + 1, None
        if record.seq < expected:
            self.note("chain.repeated", record.seq)
            return
        if record.seq > expected:
            self.note("chain.gap", expected, found=record.seq)
        elif entry_hash(self.head, record.seq, record.data) != record.hash:
            self.note("chain.altered", record.seq)
        self._before = self.head
        whole = len(record.hash) == len(self.head)
        self.seq, self.head = record.seq, record.hash if whole else bytes(len(self.head))
        if not self._hashes_only:
            self._read(record)

    def pass_by(self, seq: int, head: bytes, totals: Totals) -> None:
        """Move on past entries that were found sound in a cheaper way (`kiosk.store.verify_journal`)."""
        self.seq, self.head, self.totals = seq, head, totals

    def compare(self, checkpoint: Checkpoint) -> None:
        """Judge a checkpoint at the place where the verification stands."""
        if not self._signed(checkpoint):
            return
        same = checkpoint.stream == self._start.stream and bytes.fromhex(checkpoint.head) == self.head
        if not same or not (self._hashes_only or checkpoint.totals == self.totals):
            self.note("chain.checkpoint_differs", checkpoint.seq)

    def misplaced(self, checkpoint: Checkpoint) -> None:
        """Judge the signature alone of a checkpoint that is kept at another place than it names."""
        self._signed(checkpoint)

    def beyond(self, checkpoint: Checkpoint) -> None:
        """A checkpoint that names an entry after the last one: the tail was cut, if the device signed it."""
        if self._signed(checkpoint):
            self.note("chain.cut", checkpoint.seq, last=self.seq)

    def _signed(self, checkpoint: Checkpoint) -> bool:
        holds = checkpoint_holds(checkpoint, self._start.device_keys)
        if not holds:
            self.note("chain.checkpoint_signature", checkpoint.seq)
        return holds

    def _read(self, record: Record) -> None:
        seq = record.seq
        try:
            entry = parse_entry(record.data)
        except KnownError as error:
            self.note("chain.unreadable", seq, reason=error.code)
            return
        if entry.stream != self._start.stream:
            self.note("chain.wrong_stream", seq)
        elif entry.seq != seq:
            self.note("chain.altered", seq)
        try:
            body = self._registry.decode(entry.type, entry.tv, entry.body)
        except KnownError as error:
            where = {
                "field": error.params.get("field", "?"),
                "problem": error.params.get("problem", error.code),
            }
            self.note("chain.bad_body", seq, **where)
            self._take_stated_totals(entry)
            return
        self.read = entry, body
        signed_by = self._signatures(record)
        if isinstance(body, UnknownBody):
            self.note("chain.later_release", seq, type=f"{entry.type}.{entry.tv}")
            self._take_stated_totals(entry)
        else:
            self._judge(entry, body, signed_by)

    def _judge(self, entry: Entry, body: Body, signed_by: set[str]) -> None:
        problem = envelope_problem(body, entry)
        if problem:
            self.note("chain.bad_body", entry.seq, field="envelope", problem=problem)
        if isinstance(body, StreamOpened) and (entry.seq != 1 or body.device != self._start.device):
            self.note("chain.bad_body", entry.seq, field="device", problem="not the start of this stream")
        if isinstance(body, JournalBaseline) and bytes.fromhex(body.previous) != self._before:
            self.note("chain.bad_body", entry.seq, field="previous", problem="not the hash before it")
        signed = self._signed_as_needed(entry, body, signed_by)
        self._add_totals(entry, body)
        if signed:
            self._learn(body)

    def _signed_as_needed(self, entry: Entry, body: Body, signed_by: set[str]) -> bool:
        """Whether all who must sign did, and were allowed to."""
        try:
            check_signatures(entry.type, body, entry.staff, signed_by=signed_by, device=self._start.device)
        except KnownError as error:
            self.note("chain.unsigned", entry.seq, reason=error.code)
            return False
        allowed = True
        for rule in required_signatures(entry.type, body, entry.staff):
            roles = {Role(name) for name in self._roles.get(rule.by or "", ())}
            if rule.right and not may(roles, rule.right):
                self.note("chain.no_right", entry.seq, by=rule.by, right=rule.right)
                allowed = False
        return allowed

    def _signatures(self, record: Record) -> set[str]:
        """Whose signatures on the record hold; the others are noted."""
        holding: set[str] = set()
        for signature in record.sigs:
            key = self._key(signature)
            if key is None:
                self.note("chain.unknown_signer", record.seq, by=signature.by)
            elif not signature_holds(signature, record.hash, key):
                self.note("chain.bad_signature", record.seq, by=signature.by)
            else:
                holding.add(signature.by)
        return holding

    def _key(self, signature: EntrySignature) -> Ed25519PublicKey | None:
        if signature.by == self._start.device:
            return self._start.device_keys.get(signature.kid)
        return self._keys.get((signature.by, signature.kid))

    def _add_totals(self, entry: Entry, body: Body) -> None:
        after = self.totals + body.effect()
        stated: Totals | None = getattr(body, "totals", None)
        if stated is not None and stated != after:
            self._note_totals(entry.seq, stated, after)
            after = stated
        self.totals = after

    def _note_totals(self, seq: int, stated: Totals, computed: Totals) -> None:
        for name, value in computed.to_map().items():
            if getattr(stated, name) != value:
                self.note("chain.totals", seq, name=name, stated=getattr(stated, name), computed=value)

    def _take_stated_totals(self, entry: Entry) -> None:
        """A body that cannot be interpreted still states totals: take them, unless one has decreased."""
        if "totals" not in entry.body:
            return
        try:
            stated = read_totals(entry.body["totals"])
        except KnownError:
            return
        if stated.covers(self.totals):
            self.totals = stated
        else:
            self._note_totals(entry.seq, stated, self.totals)

    def _learn(self, body: Body) -> None:
        """Follow who is on the device and with which key."""
        if not isinstance(body, StaffAdded | StaffRemoved | StaffSecretChanged):
            return
        if isinstance(body, StaffRemoved | StaffSecretChanged):
            for owner in [owner for owner in self._keys if owner[0] == body.member]:
                del self._keys[owner]
        if isinstance(body, StaffRemoved):
            self._roles.pop(body.member, None)
            return
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body.public_key))
        self._keys[body.member, body.kid] = key
        if isinstance(body, StaffAdded):
            self._roles[body.member] = frozenset(body.roles)
