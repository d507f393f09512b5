"""One round of sync: the journal first, personal records, the heartbeat, then what is new at the centre."""

import time
from collections.abc import Callable
from dataclasses import replace

from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import MAX_ENTRIES
from kiosk.core.wire.heartbeat import HeartbeatAnswer
from kiosk.link.centre import CentreClient
from kiosk.link.certificate import own_certificate
from kiosk.link.transport import Timeouts, Transport
from kiosk.store.debts.load import SoFar
from kiosk.store.driver import transaction
from kiosk.store.incidents import incident_stands
from kiosk.store.queries.queue import queue
from kiosk.store.renewal import pair_shown
from kiosk.store.sync_state import (
    acknowledged,
    forget_persons,
    keep_outcomes,
    manifest_digest,
    persons_delivered,
    quarantined,
)
from kiosk.sync.attachments import Scans
from kiosk.sync.beat import beat
from kiosk.sync.claims import readmission
from kiosk.sync.debts import Loading
from kiosk.sync.downlink import pull
from kiosk.sync.orders import take_orders
from kiosk.sync.outcomes import Outcome, RoundResult, outcome_of
from kiosk.sync.persons import send_persons
from kiosk.sync.place import Place
from kiosk.sync.renewal import OwnCertificate
from kiosk.sync.uplink import Progress, Sent, compare, note_denied, send_journal, still_to_send

_BETWEEN_BOTH = ("sync.fork", "sync.ahead")
"""Contradictions stop no reading: staff, orders and data still come down."""
_SEND_EVERY_NS = 10 * 10**9
"""While a million debts load, for a minute or two, the money taken meanwhile is sent every ten seconds."""


class SyncRound:
    """Rounds of one device on one thread. The connection to the centre is kept between rounds.

    `address`: where the centre is, if not where it was at enrolment. `most`: entries a batch. `loading` is
    told how far a load of debts is.
    """

    def __init__(
        self,
        place: Place,
        *,
        address: str | None = None,
        timeouts: Timeouts | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        loading: Loading | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.place = place
        self.most = MAX_ENTRIES
        self._cancelled = cancelled
        self._loading = loading
        self._clock = clock
        self._send_at = 0
        self._seen = ""
        """What the centre said of itself before the last whole round that left nothing undone; '' if none."""
        transport = Transport(
            address or place.centre.address,
            bytes.fromhex(place.centre.ca),
            own=own_certificate(*pair_shown(place.db)),
            timeouts=timeouts,
            cancelled=cancelled,
        )
        self.client: CentreClient = place.client(transport)
        self.scans = Scans(place, self.client)
        self.own = OwnCertificate(place, self.client)

    def run(self, progress: Progress | None = None, *, accept_smaller: bool = False) -> RoundResult:
        """Do one round. Faults of the line end it and are its outcome; nothing that waits is ever dropped.

        Raises what is neither the line's nor the centre's fault: KnownError `store.*`, BugError.
        """
        result, self._seen = RoundResult(), ""
        try:
            before = self._reach_all_the_same(result, progress)
            self._downwards(result, accept_smaller=accept_smaller)
            if result.error is None:
                self._send_scans(result)
        except KnownError as error:
            if error.code.startswith("store."):
                raise
            result.outcome, result.error = outcome_of(error), error
        else:
            if result.error is None and not result.faults:
                self._seen = before
        result.faults += result.scans.faults
        waits = queue(self.place.db)
        result.entries, result.acknowledged = waits.entries, waits.acknowledged
        result.attention = attention(self.place) + len(result.faults)
        return result

    def idle(self) -> bool:
        """Whether nothing waits here and nothing is new at the centre: one small question instead of a round.

        Raises KnownError `sync.*` when the centre cannot be asked.
        """
        if not self._seen or still_to_send(self.place) or self.scans.wait():
            return False
        return self.client.head() == self._seen

    def close(self) -> None:
        """Close the line, and the connection if it is our own."""
        self.client.close()
        self.place.close()

    def _reach_all_the_same(self, result: RoundResult, progress: Progress | None) -> str:
        """As `_reach`, again after each refusal that has a remedy; no remedy is tried twice."""
        remedies = [self._readmitted, self.own.shows_the_one_before, self.own.renewed_without_one]
        while True:
            try:
                before = self._reach(result, progress)
            except KnownError as error:
                remedy = next((one for one in remedies if one(error)), None)
                if remedy is None:
                    raise
                remedies.remove(remedy)
            else:
                self.own.taken()
                return before

    def _reach(self, result: RoundResult, progress: Progress | None) -> str:
        """Send what waits and ask what the centre says of itself: also where nothing waits, a centre that
        was restored shows here that it does not know us.
        """
        self._upwards(result, progress)
        return self._head()

    def _upwards(self, result: RoundResult, progress: Progress | None) -> None:
        """The journal, then the records that it names; a contradiction is kept for the end of the round."""
        try:
            sent = send_journal(self.place, self.client, most=self.most, progress=progress)
        except KnownError as error:
            if error.code not in _BETWEEN_BOTH:
                raise
            result.outcome, result.error = Outcome.REFUSED, error
        else:
            self._count(result, sent)
        self._go_on()
        result.persons = send_persons(self.place, self.client)

    def _count(self, result: RoundResult, sent: Sent) -> None:
        result.batches += sent.batches
        if sent.batches:
            all_known = sent.repeats == sent.batches
            result.outcome = Outcome.REPEAT if all_known else Outcome.DELIVERED
        if sent.denied is not None:
            gone = sent.denied
            result.error = KnownError("sync.denied", before=gone.acknowledged, found=gone.stored)

    def _readmitted(self, error: KnownError) -> bool:
        """Show a centre that does not know us how it enrolled us: it may have been restored."""
        if error.code != "sync.unknown_device":
            return False
        papers = readmission(self.place)
        if papers is None:
            return False
        self.client.readmission(papers)
        return True

    def _head(self) -> str:
        """What the centre says of itself; '' from one of an older release, which is then asked in full."""
        self._go_on()
        try:
            return self.client.head()
        except KnownError as error:
            if error.code != "sync.too_old":
                raise
            return ""

    def _downwards(self, result: RoundResult, *, accept_smaller: bool) -> None:
        self._go_on()
        answer = beat(self.place, self.client)
        self._hold_against(answer, result)
        if self.own.renew_when_due(answer, result.faults):
            self._send_the_rest(result)
        if answer.quarantined or quarantined(self.place.db):
            found = self.client.outcomes()
            with transaction(self.place.db):
                keep_outcomes(self.place.db, found)
        self._go_on()
        if take_orders(self.place, self.client, answer.order, result.faults) and result.error is None:
            self._send_what_that_wrote(result)
        if answer.manifest != manifest_digest(self.place.db):
            self._send_at = self._clock() + _SEND_EVERY_NS
            pulled = pull(self.place, self.client, accept_smaller=accept_smaller, loading=self._between_debts)
            result.applied = pulled.applied
            result.faults += pulled.faults
            if pulled.applied and result.error is None:
                self._send_what_that_wrote(result)
            elif pulled.applied:
                self._send_the_rest(result)

    def _hold_against(self, answer: HeartbeatAnswer, result: RoundResult) -> None:
        """Hold what the centre says it has against our journal, and send again what it holds no more.

        An older disk shows here although nothing waits; so does a copy of this device.
        """
        if answer.contact != "known":
            self._send_the_rest(result)
            if result.error is None:
                result.outcome, result.error = Outcome.REFUSED, KnownError("sync.clone")
        if result.error is not None:
            return
        try:
            compare(self.place, answer.stored_through, answer.head)
            before = acknowledged(self.place.db)
            if before is not None and answer.stored_through < before.stored_through:
                found = note_denied(self.place, before, answer.epoch, answer.stored_through)
                sent = send_journal(self.place, self.client, most=self.most, after=answer.stored_through)
                self._count(result, replace(sent, denied=found or sent.denied))
                result.persons += send_persons(self.place, self.client)
            self._records_again(answer, result)
        except KnownError as error:
            if error.code not in _BETWEEN_BOTH:
                raise
            self._send_the_rest(result)
            result.outcome, result.error = Outcome.REFUSED, error

    def _records_again(self, answer: HeartbeatAnswer, result: RoundResult) -> None:
        """Send again the personal records that the centre holds no more."""
        if answer.persons_through < persons_delivered(self.place.db):
            with transaction(self.place.db):
                forget_persons(self.place.db, answer.persons_through)
            result.persons += send_persons(self.place, self.client)

    def _send_the_rest(self, result: RoundResult) -> None:
        """What was noted just now leaves at once, into the branch where there is one."""
        try:
            result.batches += send_journal(self.place, self.client, most=self.most).batches
        except KnownError as error:
            if error.code not in _BETWEEN_BOTH:
                raise

    def _between_debts(self, so_far: SoFar, debtors: int) -> None:
        """Between two pieces of a load: tell, stop if that is wanted, and let money go first."""
        self._go_on()
        if self._loading is not None:
            self._loading(so_far, debtors)
        if self._clock() >= self._send_at:
            self._send_at = self._clock() + _SEND_EVERY_NS
            try:
                send_journal(self.place, self.client, most=self.most)
            except KnownError as error:
                # A line that failed shows again at the end of the round; the load needs none.
                if error.code.startswith("store."):
                    raise

    def _send_what_that_wrote(self, result: RoundResult) -> None:
        """Applying data writes entries: they leave in the same round, and nothing waits after it."""
        sent = send_journal(self.place, self.client, most=self.most)
        result.batches += sent.batches
        if result.outcome is Outcome.NOTHING_TO_SEND:
            result.outcome = Outcome.DELIVERED

    def _send_scans(self, result: RoundResult) -> None:
        """Last of all, a piece at a time; what is not the money's does not fail the round."""

        def money_first() -> None:
            self._go_on()
            if still_to_send(self.place):
                self._send_what_that_wrote(result)

        result.scans = self.scans.send(money_first)

    def _go_on(self) -> None:
        if self._cancelled():
            raise KnownError("sync.stopped")


def attention(place: Place) -> int:
    """How many things a person must look at: quarantined entries, and an incident that stops new money."""
    return len(quarantined(place.db)) + incident_stands(place.db)
