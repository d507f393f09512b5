"""A pause holds back what would leave by itself, on its network and for its time; never who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from central.pauses import pauses
from kiosk.app_sync import Syncing
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import utc_text
from kiosk.desk.session import Session
from kiosk.desk.sync_pause import change_scan_rules, pause_sync, resume_sync
from kiosk.link.network import Network, network_in, network_name
from kiosk.store.scan_rules import ScanRules
from kiosk.store.sync_pause import Pause, keep_pause, money_waits, pause_of
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from kiosk.sync.worker import SyncStatus, SyncWorker
from tests.acts import ask, begin, pay_for
from tests.sync.enrolled import QUICK, EnrolledDevice, sync
from tests.sync.test_absent import Heard

NOW = datetime.now(UTC)


@contextmanager
def working(session: Session, network: str | None = None) -> Iterator[tuple[SyncWorker, Heard]]:
    heard = Heard()
    worker = SyncWorker(
        session.store,
        heard,
        heard.bugs.append,
        timeouts=QUICK,
        network=lambda: network,
        way_out=lambda: ("a",),
    )
    worker.start()
    try:
        yield worker, heard
    finally:
        assert worker.stop()
    assert heard.bugs == []


def test_nothing_leaves_by_itself_and_all_leaves_when_somebody_asks(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    assert money_waits(session.store.db) == 1
    before = device.at_centre()
    pause = Pause("SUP-1", datetime.now(UTC))
    keep_pause(session.store.db, pause)
    with working(session) as (worker, heard):
        told = heard.next()
        assert (told.paused, told.connected, told.since) == (
            pause_of(session.store.db),
            False,
            pause_at(session),
        )
        assert told.waiting == session.store.journal.state().seq
        assert device.at_centre() == before
        worker.wake(at_once=True)
        asked = heard.next()
        assert (asked.outcome, asked.waiting, asked.connected) == (Outcome.DELIVERED, 0, True)
        assert asked.paused == told.paused
        assert money_waits(session.store.db) == 0
        worker.wake()
        assert heard.next().connected is False
        keep_pause(session.store.db, None)
        worker.wake(at_once=True)
        assert heard.next().paused is None


def pause_at(session: Session) -> datetime:
    pause = pause_of(session.store.db)
    assert pause is not None
    return pause.since


@pytest.mark.parametrize(
    ("pause", "network", "how"),
    [
        (Pause("SUP-1", NOW - timedelta(hours=2), NOW - timedelta(hours=1)), None, "ran_out"),
        (Pause("SUP-1", NOW, None, "Village"), "City", None),
        (Pause("SUP-1", NOW, None, "Village"), None, None),
        (Pause("SUP-1", NOW + timedelta(days=1)), None, "clock_back"),
    ],
    ids=["over", "another network", "no name", "a clock put back"],
)
def test_a_pause_that_is_over_or_elsewhere_holds_nothing_back(
    copy: EnrolledDevice, pause: Pause, network: str | None, how: str | None
) -> None:
    session = copy.unlock("TEL-1")
    keep_pause(session.store.db, pause)
    worker = SyncWorker(session.store, lambda _: None, lambda _: None, network=lambda: network)
    assert worker._pause(Place.of(session.store)) is None
    assert worker._pause(Place.of(session.store)) is None
    ended = [one.body["how"] for one in told(session) if one.type == "technical.sync_resumed"]
    assert ended == ([] if how is None else [how]), "once"
    assert (pause_of(session.store.db) is None) == (how is not None)
    keep_pause(session.store.db, Pause("SUP-1", NOW, NOW + timedelta(days=1), network))
    assert worker._pause(Place.of(session.store)) is not None


def told(session: Session) -> list[Entry]:
    """The entries about pauses."""
    found = (parse_entry(one.data) for one in session.store.journal.records())
    return [one for one in found if one.type.startswith("technical.sync_")]


def test_the_journal_says_who_paused_what_and_never_the_name_of_a_network(copy: EnrolledDevice) -> None:
    session = copy.unlock("TEL-1")
    set_ = pause_sync(session, lasts=timedelta(hours=3), network=Network("بيت حسن", "wireless"))
    assert resume_sync(session) == set_
    assert resume_sync(session) is None
    change_scan_rules(session, lambda rules: replace(rules, not_on=("بيت حسن",)), "mobile")
    change_scan_rules(session, lambda rules: replace(rules, day_bytes=7))
    change_scan_rules(session, lambda _: ScanRules())
    entries = told(session)
    assert set_.until is not None
    assert [(one.staff, one.body) for one in entries] == [
        ("TEL-1", {"what": "everything", "until": utc_text(set_.until), "only_on": "wireless"}),
        ("TEL-1", {"what": "everything", "how": "lifted"}),
        ("TEL-1", {"what": "scans", "until": None, "only_on": "mobile"}),
        ("TEL-1", {"what": "scans", "how": "lifted"}),
    ]
    assert entries[0].at == set_.since
    assert not any("بيت".encode() in one.data for one in session.store.journal.records())


def test_the_centre_sees_afterwards_who_held_what_back_and_that_it_ended(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    code, storage = session.store.device_signer.by, device.server.centre.storage

    def at_centre() -> list[dict[str, Any]]:
        assert sync(session).error is None
        device.server.settle()
        with storage.read() as db:
            return pauses(db).get(code, [])

    pause_sync(session)
    set_ = pause_sync(session, lasts=timedelta(hours=3), network=Network("بيت حسن", "mobile"))
    change_scan_rules(session, lambda rules: replace(rules, paused=True))
    assert set_.until is not None
    everything, scans = at_centre()
    assert everything == {
        "what": "everything", "since": utc_text(set_.since), "staff": "TEL-1",
        "until": utc_text(set_.until), "only_on": "mobile",
    }  # fmt: skip
    assert (scans["what"], scans["until"], scans["only_on"]) == ("scans", None, None)
    resume_sync(session)
    assert [one["what"] for one in at_centre()] == ["scans"]
    change_scan_rules(session, lambda _: ScanRules())
    assert at_centre() == []


def test_after_a_day_of_pause_money_that_waits_needs_attention(copy: EnrolledDevice) -> None:
    session = copy.unlock("TEL-1")
    port = Syncing(lambda: None, lambda _: None)

    def kinds(hours: int) -> list[str]:
        since = datetime.now(UTC) - timedelta(hours=hours)
        port._status = SyncStatus(False, since, 1, None, 0, paused=Pause("SUP-1", since))  # noqa: FBT003
        return [one.kind for one in port.attention(session)]

    assert kinds(30) == [], "no money waits"
    begin(session)
    pay_for(session, ask(session))
    assert kinds(23) == []
    assert kinds(25) == ["paused"]


def test_the_network_in_use_is_the_first_that_leads_out() -> None:
    listed = "lo:loopback\ndocker0:bridge\nVillage\\: WiFi 2:802-11-wireless\nWired:802-3-ethernet\n"
    assert network_in(listed) == Network("Village: WiFi 2", "wireless")
    assert network_in("ppp0:gsm\n") == Network("ppp0", "mobile")
    assert network_in("Phone:bluetooth\n") == Network("Phone", "other")
    assert network_in("lo:loopback\n") is None
    assert network_in("") is None


def test_a_machine_without_network_manager_has_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.link.network.shutil.which", lambda _: None)
    assert network_name() is None
