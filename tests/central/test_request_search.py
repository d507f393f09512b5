"""A citizen who lost his paper is found by his number; who looked is noted, the number nowhere."""

import io
import json
import secrets

import pytest
from sqlalchemy import update

from central.centre import Centre
from central.erased import erase_persons
from central.keys import ServerKeys
from central.request_log import Saying, say_status
from central.request_search import requests_of_person
from central.requests import fingerprint, link_duplicates
from central.schema import case
from central.schema_books import act, request
from central.storage import put_setting
from kiosk.core.errors import KnownError
from tests.central.books import Books, Desk
from tests.central.test_books_commands import Command, command
from tests.central.test_conflicts import take_request

WHY = {"by": "ADM-1", "note": "فقد الإيصال"}
__all__ = ["command"]


def number_of(citizen: int) -> str:
    return f"2900101{citizen:07d}"


def record() -> str:
    return secrets.token_hex(16)


def trackings(centre: Centre, number: str) -> list[str]:
    return [one.row.tracking for one in requests_of_person(centre, number, **WHY)]


@pytest.fixture
def citizen() -> str:
    """The number of a citizen whom no other test knows."""
    return number_of(secrets.randbelow(10_000_000))


def asked(books: Books, desk: Desk, number: str, service: str = "water.meter") -> str:
    return take(books, desk, record(), {"national_number": number}, service=service)


def take(books: Books, desk: Desk, mine: str, details: dict[str, str], **changes: object) -> str:
    """A request with a number of its own, which it returns."""
    tracking = f"{desk.code}-2026-{len(desk.records):06d}"
    take_request(books, desk, mine, details, tracking=tracking, **changes)
    return tracking


def test_all_requests_of_a_person_are_found_wherever_they_were_taken_and_noted_once_each(
    books: Books, citizen: str
) -> None:
    here, there = books.desk(), books.desk()
    mine = [asked(books, here, citizen), asked(books, there, citizen, "building.licence")]
    asked(books, there, number_of(secrets.randbelow(10_000_000)))
    say_status(books.centre, mine[0], Saying("refused", "ADM-2", note="خارج الاختصاص"))
    assert sorted(trackings(books.centre, citizen)) == sorted(mine)
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    typed = f" {citizen[:1]}-{citizen[1:7]} {citizen[7:]}".translate(arabic)
    assert sorted(trackings(books.centre, typed)) == sorted(mine)
    found = requests_of_person(books.centre, citizen, **WHY, state="refused")
    assert [(one.row.tracking, one.said.note) for one in found if one.said] == [(mine[0], "خارج الاختصاص")]
    noted = books.rows(act, act.c.kind == "request.person", act.c.about == f"request:{mine[1]}")
    assert [(one.by, json.loads(one.detail)) for one in noted] == [
        ("ADM-1", {"why": "فقد الإيصال", "found": 2})
    ] * 2
    everything = "".join(str(one) for table in (act, request) for one in books.rows(table))
    assert citizen not in everything


def test_nobody_is_looked_for_without_a_reason_a_person_and_the_intake_key(
    books: Books, citizen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(books, books.desk(), citizen)
    before = len(books.rows(act))
    for code, options in (("books.note_needed", {"note": " "}), ("books.bad_person", {"by": ""})):
        with pytest.raises(KnownError) as caught:
            requests_of_person(books.centre, citizen, **{**WHY, **options})
        assert caught.value.code == code
    for wrong in ("", "12", "2900101", "SD", "name:of one"):
        with pytest.raises(KnownError) as caught:
            requests_of_person(books.centre, wrong, **WHY)
        assert caught.value.code == "status.person_number"
    with monkeypatch.context() as patch:
        patch.setattr(ServerKeys, "intake", property(lambda _: missing()))
        with pytest.raises(KnownError) as caught:
            requests_of_person(books.centre, citizen, **WHY)
    assert caught.value.code == "keys.missing"
    assert len(books.rows(act)) == before


def missing() -> None:
    raise KnownError("keys.missing", path="intake.pem")


def test_who_was_looked_for_in_vain_is_noted_without_a_trace_of_whom(books: Books, citizen: str) -> None:
    before = len(books.rows(act, act.c.about == "request:-"))
    assert trackings(books.centre, citizen) == []
    noted = books.rows(act, act.c.about == "request:-")[before:]
    assert [(one.by, json.loads(one.detail)["found"]) for one in noted] == [("ADM-1", 0)]
    assert fingerprint(books.centre, citizen)[:8] not in str(noted)


def test_a_passport_is_found_by_country_and_number_and_an_erased_person_by_nothing(
    books: Books, citizen: str
) -> None:
    desk, mine, number = books.desk(), record(), f"P{secrets.randbelow(10**7):07d}"
    taken = take(books, desk, mine, {"passport_number": number, "passport_country": "السودان"})
    assert trackings(books.centre, f"السودان:{number.lower()}") == [taken]
    assert trackings(books.centre, f"ليبيا:{number}") == []
    with books.centre.storage.write() as db:
        erase_persons(db, desk.code, [mine], "2026-07-01")
    assert trackings(books.centre, f"السودان:{number}") == []


def test_another_session_key_loses_nobody_and_doubles_no_case(books: Books, citizen: str) -> None:
    later, first = sorted((books.desk(), books.desk()), key=lambda one: one.stream, reverse=True)
    for desk in (later, first):
        asked(books, desk, citizen)
    pair = case.c.stream.in_([first.stream, later.stream])
    assert len(books.rows(case, pair)) == 1
    with books.centre.storage.write() as db:
        put_setting(db, "requests.identity_key", "of another key")
        db.execute(update(request).where(request.c.identity != "").values(identity="0" * 64))
    assert len(trackings(books.centre, citizen)) == 2
    assert link_duplicates(books.centre) == 0
    assert len(books.rows(case, pair)) == 1


def test_the_command_asks_for_the_number_so_that_it_stays_out_of_the_shell(
    books: Books, citizen: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracking = asked(books, books.desk(), citizen)
    why = ("--by", "ADM-1", "--note", "x")
    assert tracking in command("request", "list", "--person", citizen, *why).out
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{citizen}\n"))
    said = command("request", "list", "--person", "-", *why, "--json")
    assert [one["tracking"] for one in said.json["requests"]] == [tracking]
    assert citizen not in said.out
    assert command("request", "list", "--person", citizen, "--by", "ADM-1").code == 2
    assert command("request", "list", "--person", citizen, *why, "--overdue").code == 2
