"""What PostgreSQL tells of standbys and of its archive is taken for proof only when it is one."""

from dataclasses import replace

import pytest

from central.safe_evidence import (
    Archiver,
    Mark,
    Problem,
    Seen,
    WalSender,
    judge_archive,
    judge_standby,
    place_of,
)

SEGMENT = 16 << 20
FILE = "0000000100000000000000"
ARCHIVER = Archiver(on=True, files=3, last=f"{FILE}05", failing=False, since="monday")
MARK = Mark("2026-07-01T09:00:00.000Z", 700, f"{FILE}07", ARCHIVER, {"s": 4}, {"s": 3})
FOLLOWS = WalSender("away", "streaming", 700, replays=True, logical=False, address="10.0.0.9")


def standby(*senders: WalSender, off_machine: bool = False, server: str | None = "10.0.0.1") -> str:
    judged = judge_standby(
        "away", off_machine=off_machine, mark=MARK, seen=Seen(senders, ARCHIVER, server, SEGMENT)
    )
    return judged.code if isinstance(judged, Problem) else judged


def archive(now: Archiver, *, has_base: bool = True) -> str:
    judged = judge_archive(has_base=has_base, mark=MARK, seen=Seen((), now, None, SEGMENT))
    return judged.code if isinstance(judged, Problem) else judged


@pytest.mark.parametrize(
    ("sender", "judged"),
    [
        (FOLLOWS, "proved"),
        (replace(FOLLOWS, flushed=701, state="catchup"), "proved"),
        (replace(FOLLOWS, flushed=699), "waiting"),
        (replace(FOLLOWS, flushed=None), "waiting"),
        (replace(FOLLOWS, name="another"), "safe.not_connected"),
        (replace(FOLLOWS, state=None, flushed=None, address=None, replays=False), "safe.not_allowed"),
        (replace(FOLLOWS, replays=False), "safe.not_a_standby"),
        (replace(FOLLOWS, replays=False, state="catchup"), "waiting"),
        (replace(FOLLOWS, state="backup", replays=False), "waiting"),
        (replace(FOLLOWS, logical=True), "safe.not_a_standby"),
        (replace(FOLLOWS, address=None), "safe.same_machine"),
        (replace(FOLLOWS, address="127.0.0.1"), "safe.same_machine"),
        (replace(FOLLOWS, address="::1"), "safe.same_machine"),
        (replace(FOLLOWS, address="10.0.0.1"), "safe.same_machine"),
    ],
)
def test_a_standby_proves_what_it_has_on_its_own_disk(sender: WalSender, judged: str) -> None:
    assert standby(sender) == judged


def test_a_person_may_vouch_for_a_standby_that_seems_to_be_on_the_same_machine() -> None:
    here = replace(FOLLOWS, address=None)
    assert standby(here, off_machine=True) == "proved"
    assert standby(here, replace(FOLLOWS, flushed=3)) == "waiting"
    assert standby(replace(here, flushed=1), FOLLOWS) == "proved"


@pytest.mark.parametrize(
    ("now", "judged"),
    [
        (replace(ARCHIVER, files=5, last=f"{FILE}07"), "proved"),
        (replace(ARCHIVER, files=9, last=f"{FILE}09"), "proved"),
        (replace(ARCHIVER, files=4, last=f"{FILE}06"), "waiting"),
        (replace(ARCHIVER, files=5, last=f"{FILE}07.00000028.backup"), "waiting"),
        (replace(ARCHIVER, files=5, last="00000002.history"), "waiting"),
        (replace(ARCHIVER, files=5, last="000000020000000000000007"), "waiting"),
        (replace(ARCHIVER, last=None), "waiting"),
        (replace(ARCHIVER, files=5, last=f"{FILE}07", failing=True), "safe.archive_failing"),
        (replace(ARCHIVER, files=5, last=f"{FILE}07", on=False), "safe.archive_off"),
        (replace(ARCHIVER, files=4, last=f"{FILE}07"), "safe.archive_gap"),
        (replace(ARCHIVER, files=1, last=f"{FILE}07", since="tuesday"), "proved"),
    ],
)
def test_an_archive_proves_what_it_was_given_without_a_gap(now: Archiver, judged: str) -> None:
    assert archive(now) == judged


def test_an_archive_without_a_base_back_up_proves_nothing() -> None:
    assert archive(replace(ARCHIVER, files=9, last=f"{FILE}09"), has_base=False) == "safe.no_base"


def test_files_are_counted_over_the_border_of_four_gigabytes() -> None:
    before = replace(ARCHIVER, last="0000000100000000000000FF")
    mark = replace(MARK, wal="000000010000000100000000", archiver=before)
    now = replace(ARCHIVER, files=4, last="000000010000000100000000")
    seen = Seen((), now, None, SEGMENT)
    assert judge_archive(has_base=True, mark=mark, seen=seen) == "proved"
    skipped = replace(seen, archiver=replace(now, last="000000010000000100000001"))
    assert judge_archive(has_base=True, mark=mark, seen=skipped) == Problem(
        "safe.archive_gap", base_void=True
    )


def test_places_in_the_wal_are_numbers_of_bytes() -> None:
    assert place_of("0/2000100") == 0x2000100
    assert place_of("16/B374D848") == 0x16_B374D848
