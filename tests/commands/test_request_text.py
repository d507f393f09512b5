"""The text of a request says how old its fee table is, and which values are not official (laws 6 and 10)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.commands.request_text import check_text, done_text, page_plain, page_text
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import Language
from kiosk.desk.serve import RequestDone, check_request, take_request
from kiosk.desk.serve_show import show_request
from kiosk.desk.session import Session
from tests.desk.conftest import Trial
from tests.desk.forms import request
from tests.desk.prepared import at_work, copy_of_trial

LANGUAGES: tuple[Language, Language] = ("ar", "en")


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with copy_of_trial(tmp_path) as made:
        yield made


def told(session: Session, done: RequestDone, code: str, language: Language) -> list[str]:
    """What check, take and show say of a request, without isolating marks."""
    check = check_request(session, request(session, code))
    page = show_request(session, done.tracking)
    said = (
        check_text(check, None, language),
        done_text(done, language),
        page_text(page, session.reference.catalogue, language),
    )
    return [strip_marks(one) for one in said]


def test_a_fee_table_past_its_last_day_says_so_wherever_its_amounts_stand(trial: Trial) -> None:
    trial.clocks.pass_time(timedelta(days=300))
    session = at_work(trial, "TEL-1")
    done = take_request(session, request(session, "CRT-01"))
    arabic, english = (told(session, done, "CRT-01", language) for language in LANGUAGES)
    assert "جدول منتهي]" in arabic[0]
    assert "جدول منتهي]" in arabic[1]
    assert "جدول انتهى في 30/06/2027]" in arabic[2]
    assert "expired table]" in english[0]
    assert "expired table]" in english[1]
    assert "table ended on 30/06/2027]" in english[2]
    assert page_plain(show_request(session, done.tracking), session.reference.catalogue)["fee_ended"] == (
        "2027-06-30"
    )


def test_within_its_time_a_table_is_named_and_not_called_expired(trial: Trial) -> None:
    session = at_work(trial, "TEL-1")
    done = take_request(session, request(session, "CRT-01"))
    for language, mark, word in (("ar", "قيمة تجريبية", "منته"), ("en", "sample value", "expired")):
        said = told(session, done, "CRT-01", language)  # type: ignore[arg-type]
        assert all(mark in one and word not in one for one in said)
    page = page_plain(show_request(session, done.tracking), session.reference.catalogue)
    assert (page["fee_version"], page["fee_ended"], page["sample"]) == ("2026-07", None, True)


def test_an_amount_that_is_not_officially_confirmed_is_marked_too(trial: Trial) -> None:
    session = at_work(trial, "TEL-1")
    done = take_request(session, request(session, "BLD-01"))
    assert "غير مؤكدة رسميًا" in done_text(done, "ar")
    assert "not officially confirmed" in done_text(done, "en")


def test_the_table_is_the_one_of_the_request_after_a_newer_one_came(trial: Trial) -> None:
    session = at_work(trial, "TEL-1")
    done = take_request(session, request(session, "CRT-01"))
    db = session.store.db.conn
    db.execute("INSERT INTO dataset SELECT name, 2, content FROM dataset WHERE name = 'fees'")
    db.execute("UPDATE snapshot_applied SET version = 2 WHERE dataset = 'fees'")
    assert show_request(session, done.tracking).fee_version == "2026-07"
