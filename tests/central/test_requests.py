"""People of the centre, not those who took a request, say where it stands; devices get a small set."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import SQLAlchemyError

from central.check_books import conservation
from central.head import head_of
from central.ingest import find_device
from central.manifests import manifest_of
from central.people import add_staff, revoke_staff
from central.reference_data import load_text
from central.request_log import Saying, list_requests, say_status, show_request
from central.schema_books import act, request, request_status
from central.usb_out import export_stick
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.wire.manifest import DatasetRef
from kiosk.core.wire.request_status import REQUEST_STATUS, RequestStatus, read_statuses
from kiosk.trial_data import shipped_trial_data
from tests.central.books import Books, Desk
from tests.central.device import TELLER
from tests.central.server import UNIT
from tests.central.test_books_commands import Command, command
from tests.core.entries.samples import SAMPLES

REQUEST = next(one for one in SAMPLES if isinstance(one, RequestTaken))
BY = "ADM-1"
__all__ = ["command"]


def ask(desk: Desk, serial: int = 1) -> str:
    """A request of the teller, stored and applied; returns its tracking number."""
    tracking = f"{desk.code}-2026-{serial:06d}"
    desk.last(replace(REQUEST, tracking=tracking))
    desk.deliver()
    return tracking


def said(books: Books, desk: Desk) -> tuple[DatasetRef, dict[str, RequestStatus]]:
    """What the manifest of the device names, and what is in it for its own requests."""
    ref = manifest_of(books.centre, desk.code).find(REQUEST_STATUS)
    assert ref is not None
    data = gzip.decompress((books.centre.folder.files / ref.file).read_bytes())
    told = read_statuses(data)
    assert (told.unit, ref.form, ref.rows) == (UNIT, "plain", len(told.statuses))
    return ref, {one.tracking: one for one in told.statuses if one.tracking.startswith(desk.code)}


def fails(code: str, books: Books, tracking: str, state: str, **options: Any) -> None:
    with pytest.raises(KnownError) as caught:
        say_status(books.centre, tracking, Saying(state, options.pop("by", BY), **options))
    assert caught.value.code == code


def test_a_request_goes_its_way_and_every_step_is_kept_with_who_said_it(books: Books) -> None:
    desk = books.desk()
    tracking, until = ask(desk), books.centre.now().date() + timedelta(days=14)
    steps = (
        Saying("incomplete", BY, note="صورة العقد", until=until),
        Saying("accepted", BY),
        Saying("forwarded", BY, office="هندسة المركز"),
        Saying("granted", "ADM-2", note="مستوفٍ"),
        Saying("ready", TELLER),
        Saying("handed_over", TELLER),
    )
    for one in steps:
        assert say_status(books.centre, tracking.lower(), one).row.state == one.state
        assert said(books, desk)[1][tracking].state == one.state
    with books.centre.storage.read() as db:
        shown = show_request(db, tracking)
    assert [(one.n, one.state, one.by) for one in shown.log] == [
        (n, one.state, one.by) for n, one in enumerate(steps, 1)
    ]
    assert (shown.log[0].note, shown.log[0].until) == ("صورة العقد", until.isoformat())
    assert (shown.log[2].office, shown.standing.row.staff) == ("هندسة المركز", TELLER)
    assert shown.taken is not None
    assert shown.taken.tracking == tracking
    noted = [json.loads(one.detail)["state"] for one in books.rows(act, act.c.about == f"request:{tracking}")]
    assert noted == [one.state for one in steps]


def test_who_took_a_request_does_not_decide_on_it(books: Books) -> None:
    desk = books.desk()
    tracking = ask(desk)
    for state, extra in (("granted", {"note": "x"}), ("refused", {"note": "x"}), ("accepted", {})):
        fails("status.same_person", books, tracking, state, by=TELLER, **extra)
    assert books.rows(request_status, request_status.c.stream == desk.stream) == []
    add_staff(books.centre, "ADM-7", UNIT, ("supervisor",))
    revoke_staff(books.centre, "ADM-7")
    fails("books.person_revoked", books, tracking, "accepted", by="ADM-7")
    fails("books.bad_person", books, tracking, "accepted", by="منى")


def test_a_step_out_of_turn_or_without_what_it_needs_is_refused(books: Books) -> None:
    tracking = ask(books.desk())
    today = books.centre.now().date()
    fails("status.unknown_request", books, "D99999999-2026-000001", "accepted")
    fails("status.not_next", books, tracking, "ready")
    fails("status.unknown_state", books, tracking, "received")
    fails("status.needs_note", books, tracking, "refused")
    fails("status.needs_note", books, tracking, "incomplete", until=today)
    fails("status.needs_until", books, tracking, "incomplete", note="العقد")
    fails("status.until_past", books, tracking, "incomplete", note="x", until=date(2020, 1, 1))
    fails("status.needs_office", books, tracking, "forwarded")
    fails("status.not_with", books, tracking, "accepted", office="x")
    fails("status.text_form", books, tracking, "refused", note="x" * 201)
    fails("entry.personal_text", books, tracking, "refused", note="رقمه 29001011234564")
    say_status(books.centre, tracking, Saying("refused", BY, note="خارج الاختصاص"))
    fails("status.reopen_note", books, tracking, "accepted")
    say_status(books.centre, tracking, Saying("accepted", BY, note="تظلم مقبول"))


def test_what_was_said_is_never_changed(books: Books) -> None:
    say_status(books.centre, ask(books.desk()), Saying("accepted", BY))
    for change in (update(request_status).values(by="ADM-2"), delete(request_status)):
        with pytest.raises(SQLAlchemyError, match="append-only"), books.centre.storage.write() as db:
            db.execute(change)


def test_a_request_that_stands_elsewhere_than_its_log_says_is_found(books: Books) -> None:
    tracking = ask(books.desk())
    say_status(books.centre, tracking, Saying("accepted", BY))
    seen: list[tuple[object, object]] = []

    def tamper(state: str, said: int) -> None:
        with books.centre.storage.write() as db:
            db.execute(update(request).where(request.c.tracking == tracking).values(state=state, said=said))
            seen.extend((here, log) for what, _, here, log in conservation(db) if what == "request")
            raise ZeroDivisionError

    for state, said_here in (("granted", 1), ("accepted", 0)):
        with pytest.raises(ZeroDivisionError):
            tamper(state, said_here)
    assert seen == [("granted 1", "accepted 1"), ("accepted 0", "accepted 1")]


def test_a_number_of_another_device_in_an_entry_says_nothing_of_its_request(books: Books) -> None:
    honest, liar = books.desk(), books.desk()
    tracking = ask(honest)
    liar.last(replace(REQUEST, tracking=tracking))
    liar.deliver()
    say_status(books.centre, tracking, Saying("accepted", BY))
    with books.centre.storage.read() as db:
        assert show_request(db, tracking).standing.row.stream == honest.stream
    assert said(books, honest)[1][tracking].state == "accepted"


@contextmanager
def later(books: Books) -> Iterator[Callable[[timedelta], None]]:
    """Lets time pass at the centre, and takes it back."""
    clock = books.server.clock
    before = clock.ahead
    try:
        yield clock.pass_time
    finally:
        clock.ahead = before


def test_arrivals_are_told_within_the_hour_and_words_at_once(books: Books) -> None:
    desk = books.desk()
    first = ask(desk)
    say_status(books.centre, first, Saying("accepted", BY))
    before, told = said(books, desk)
    second = ask(desk, 2)
    known = find_device_of(books, desk)
    head = head_of(books.centre, known, "ab" * 16)
    assert said(books, desk) == (before, told)
    with later(books) as wait:
        wait(timedelta(hours=1))
        assert head_of(books.centre, known, "ab" * 16) != head
        after, told = said(books, desk)
        assert after.version > before.version
        assert (told[second].state, told[first].state) == ("received", "accepted")
        settled = head_of(books.centre, known, "ab" * 16)
        wait(timedelta(hours=2))
        assert head_of(books.centre, known, "ab" * 16) == settled
        say_status(books.centre, second, Saying("accepted", BY))
        assert said(books, desk)[0].version > after.version


def find_device_of(books: Books, desk: Desk) -> Any:
    with books.centre.storage.read() as db:
        return find_device(db, desk.code)


def test_what_ended_and_what_nobody_spoke_of_leaves_after_the_time_of_the_policy(books: Books) -> None:
    desk = books.desk()
    over, waits = ask(desk), ask(desk, 2)
    say_status(books.centre, over, Saying("refused", BY, note="x"))
    text = shipped_trial_data().policy.decode()
    other = text.replace('closed_request_days:\n    - value: "30"', 'closed_request_days:\n    - value: "40"')
    assert other != text
    with later(books) as wait:
        wait(timedelta(days=31))
        assert set(renewed(books, desk, 3)) == {waits}
        load_text(books.centre, "policy", other)
        assert set(renewed(books, desk, 4)) == {over, waits}
        wait(timedelta(days=60))
        assert set(renewed(books, desk, 5)) == set()
    load_text(books.centre, "policy", text)
    with books.centre.storage.read() as db:
        assert show_request(db, over).standing.row.state == "refused"


def renewed(books: Books, desk: Desk, serial: int) -> dict[str, RequestStatus]:
    """What is told of earlier requests after a word on another one, which is over then."""
    tracking = ask(desk, serial)
    say_status(books.centre, tracking, Saying("refused", BY, note="x"))
    told = said(books, desk)[1]
    return {number: one for number, one in told.items() if number[-1] in "12"}


def test_a_stick_from_the_centre_carries_the_statuses_too(books: Books, tmp_path: Any) -> None:
    desk = books.desk()
    say_status(books.centre, ask(desk), Saying("accepted", BY))
    done = export_stick(books.centre, desk.code, tmp_path)
    assert said(books, desk)[0] in done.datasets


def test_requests_are_listed_shown_and_decided_by_commands(command: Command, books: Books) -> None:
    desk = books.desk()
    tracking, other = ask(desk), ask(desk, 2)
    words = command("request", "status", tracking, "accepted", "--by", BY)
    assert (words.code, "قيد الفحص" in words.out) == (0, True)
    until = (books.centre.now() + timedelta(days=1)).date().isoformat()
    step = command("request", "status", other, "incomplete", "--by", BY, "--note", "العقد", "--until", until,
                   "--json").json  # fmt: skip
    assert (step["state"], step["until"], step["taken_by"]) == ("incomplete", until, TELLER)
    listed = command("request", "list", "--unit", UNIT, "--json").json["requests"]
    mine = {one["tracking"]: one["state"] for one in listed if one["device"] == desk.code}
    assert mine == {tracking: "accepted", other: "incomplete"}
    listed = command("request", "list", "--state", "incomplete", "--json").json["requests"]
    assert other in [one["tracking"] for one in listed]
    assert tracking in command("request", "list", "--english").out
    with books.centre.storage.read() as db:
        late = list_requests(db, overdue=date.fromisoformat(until) + timedelta(days=1))
    assert other in [one.row.tracking for one in late]
    assert other not in command("request", "list", "--overdue").out
    shown = command("request", "show", other, "--json").json
    assert ([one["state"] for one in shown["log"]], shown["next"]) == (
        ["incomplete"],
        ["incomplete", "accepted", "refused"],
    )
    assert "العقد" in command("request", "show", other).out
    assert "to be completed" in command("request", "show", other, "--english").out
    refused = command("request", "status", tracking, "granted", "--by", TELLER, "--note", "x", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (3, "status.same_person")
    command("request", "status", tracking, "refused", "--by", BY, "--note", "x")
    assert tracking not in command("request", "list").out
    assert tracking in command("request", "list", "--all").out
