"""Debts come by the shortest way that leads to the version of the manifest, and go on where they were cut."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import KnownError
from kiosk.core.wire.manifest import DatasetRef
from kiosk.store.debts.load import SoFar
from kiosk.store.debts.read import check_debts, data_version, debts_of, set_in_use
from kiosk.store.debts.search import By, find
from kiosk.sync import debts
from kiosk.sync.debts import apply_debts, way_from
from kiosk.sync.place import Place
from tests.sync.canned_debts import CannedDebts, Debtors
from tests.sync.enrolled import EnrolledDevice, debtor_row

FIRST: Debtors = {n: debtor_row(f"DBT-{n}", f"L-{n}", 10_000 + n) for n in range(1, 51)}
"""Ten pieces."""


def paid(number: int, owed: int) -> DebtorRow:
    return debtor_row(f"DBT-{number}", f"L-{number}", owed)


SECOND: Debtors = {**FIRST, 7: paid(7, 5)}
THIRD: Debtors = {n: row for n, row in SECOND.items() if n != 8} | {51: paid(51, 9)}


class Bench:
    """A device and what is handed out to it; versions follow those that it has."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.canned = CannedDebts()
        self.first = self.canned.snapshot(FIRST, self.version + 1)
        self.second = self.canned.changed(self.first, FIRST, SECOND)
        self.third = self.canned.changed(self.second, SECOND, THIRD)

    @property
    def version(self) -> int:
        return data_version(self.place.db).version

    def apply(self, ref: DatasetRef, *, accept_smaller: bool = True) -> list[str]:
        """Apply a version; return the files that were asked for beside the pieces."""
        self.canned.asked.clear()
        apply_debts(self.place, ref, self.canned, accept_smaller=accept_smaller)
        check_debts(self.place.db)
        assert (self.version, data_version(self.place.db).hash) == (ref.version, ref.hash)
        return self.canned.asked

    def owed(self, number: int) -> int:
        return sum(one.balance for one in debts_of(self.place.db, f"DBT-{number}"))


class Cut(Exception):  # noqa: N818 - what stops a load
    """Stops a load, as a person or the end of the program does."""

    def at_searchable(self, so_far: SoFar, _debtors: int) -> None:
        """When all debtors are there, and the changes since."""
        if so_far.searchable:
            raise self


@pytest.fixture
def bench(copy: EnrolledDevice) -> Iterator[Bench]:
    place = Place.of(copy.unlock("TEL-1").store)
    yield Bench(place)
    place.close()


def test_changes_are_fetched_alone_and_only_those_that_are_new(bench: Bench) -> None:
    assert bench.apply(bench.first) == [bench.first.file]
    given = bench.canned.pieces_given
    assert bench.apply(bench.second) == [bench.second.deltas[0].file]
    assert bench.apply(bench.third) == [bench.third.deltas[1].file]
    assert bench.canned.pieces_given == given
    assert [bench.owed(number) for number in (7, 8, 51)] == [5, 0, 9]
    confirmed = replace(bench.third, version=bench.version + 1)
    assert bench.apply(confirmed) == []


def test_several_changes_at_once_come_into_use_in_one_step(bench: Bench) -> None:
    bench.apply(bench.first)
    seq = bench.place.seq()
    assert bench.apply(bench.third) == [one.file for one in bench.third.deltas]
    assert bench.place.seq() == seq + 1


def test_a_device_without_the_base_takes_the_snapshot_and_what_changed_since(bench: Bench) -> None:
    assert bench.apply(bench.third) == [bench.third.file, *(one.file for one in bench.third.deltas)]
    assert [bench.owed(number) for number in (7, 8, 51)] == [5, 0, 9]


def test_more_than_one_act_may_change_is_changed_in_a_copy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.apply(bench.first)
    monkeypatch.setattr(debts, "IN_PLACE", 0)
    given = bench.canned.pieces_given
    assert bench.apply(bench.third) == [one.file for one in bench.third.deltas]
    assert [bench.owed(number) for number in (7, 8, 51)] == [5, 0, 9]
    assert bench.canned.pieces_given == given


def test_debts_that_an_earlier_release_made_findable_are_loaded_anew(bench: Bench) -> None:
    bench.apply(bench.first)
    bench.place.db.execute("UPDATE debts_in_use SET keys = 0")
    assert bench.apply(bench.second)[0] == bench.first.file
    assert bench.apply(bench.third) == [bench.third.deltas[1].file]


@pytest.mark.parametrize("in_place", [debts.IN_PLACE, 0])
def test_changes_that_do_not_fit_are_replaced_by_the_snapshot(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, in_place: int
) -> None:
    """Our tables are not what they should be: a bit of them, or of the way they came, is wrong."""
    bench.apply(bench.first)
    monkeypatch.setattr(debts, "IN_PLACE", in_place)
    which = set_in_use(bench.place.db)
    bench.place.db.execute(f"UPDATE debtor_{which} SET name = 'x' WHERE id = 6")
    assert bench.apply(bench.second)[-2:] == [bench.second.file, bench.second.deltas[0].file]
    assert bench.owed(6) == 10_006


def test_a_delta_that_is_not_what_the_manifest_says_leaves_the_debts_in_use(bench: Bench) -> None:
    bench.apply(bench.first)
    (link,) = bench.second.deltas
    for file in (bench.canned.files[bench.third.deltas[1].file], b"", b"x"):
        bench.canned.files[link.file] = file
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            bench.apply(bench.second)
        assert (bench.version, bench.owed(7)) == (bench.first.version, 10_007)
        check_debts(bench.place.db)


@pytest.mark.parametrize("in_place", [debts.IN_PLACE, 0])
@pytest.mark.parametrize("what", ["gone", "changed", "new"])
def test_changes_beside_the_pieces_that_they_name_are_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, in_place: int, what: str
) -> None:
    """The centre vouches for the file; what it hashes to is told of the pieces that it lists, of no other."""
    bench.apply(bench.first)
    monkeypatch.setattr(debts, "IN_PLACE", in_place)
    beside = {
        "gone": {n: row for n, row in SECOND.items() if n != 30},
        "changed": {**SECOND, 30: paid(30, 1)},
        "new": {**SECOND, 51: paid(51, 9)},
    }[what]
    wrong = bench.canned.changed(bench.first, FIRST, SECOND, told=beside)
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        bench.apply(wrong)
    check_debts(bench.place.db)
    assert [bench.owed(number) for number in (7, 30, 51)] == [10_007, 10_030, 0]


def test_changes_that_were_refused_leave_nothing_to_the_load_that_follows(bench: Bench) -> None:
    """The snapshot is the same: what the refused changes wrote over it must not stay in the next load."""
    wrong = bench.canned.changed(bench.first, FIRST, SECOND, told={**SECOND, 30: paid(30, 1)})
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        bench.apply(wrong)
    bench.apply(bench.second)
    assert [bench.owed(number) for number in (7, 30)] == [5, 10_030]


def test_a_load_cut_among_changes_begins_anew_when_the_centre_has_gone_another_way(bench: Bench) -> None:
    """A centre that was put back publishes other changes of the same snapshot."""
    forgotten = bench.canned.changed(bench.first, FIRST, {**FIRST, 30: paid(30, 1)})
    cut = Cut()
    with pytest.raises(Cut):
        apply_debts(bench.place, forgotten, bench.canned, accept_smaller=True, loading=cut.at_searchable)
    given = bench.canned.pieces_given
    bench.apply(bench.second)
    assert bench.canned.pieces_given == given + 12
    assert [bench.owed(number) for number in (7, 30)] == [5, 10_030]


def test_a_load_cut_among_changes_goes_on_when_more_have_come_since(bench: Bench) -> None:
    cut = Cut()
    with pytest.raises(Cut):
        apply_debts(bench.place, bench.second, bench.canned, accept_smaller=True, loading=cut.at_searchable)
    given = bench.canned.pieces_given
    bench.apply(bench.third)
    assert bench.canned.pieces_given == given
    assert [bench.owed(number) for number in (7, 8, 51)] == [5, 0, 9]


def test_a_snapshot_from_which_nothing_leads_to_the_version_is_refused(bench: Bench) -> None:
    for wrong in (
        replace(bench.first, hash="ab" * 32),
        replace(bench.third, deltas=bench.third.deltas[1:]),
        replace(bench.first, file=bench.third.deltas[0].file, size=bench.third.deltas[0].size),
    ):
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            bench.apply(wrong)
    assert bench.owed(8) != 10_008


def test_a_version_that_comes_back_is_reached_from_its_last_place() -> None:
    canned = CannedDebts()
    ref = canned.snapshot(FIRST)
    back = canned.changed(canned.changed(ref, FIRST, SECOND), SECOND, FIRST)
    again = canned.changed(back, FIRST, THIRD)
    assert back.hash == ref.hash
    assert way_from(back, ref.hash) == ()
    assert way_from(again, ref.hash) == again.deltas[2:]
    assert way_from(again, "00" * 32) is None


@pytest.mark.parametrize("restart", [False, True])
def test_a_download_goes_on_behind_the_last_whole_piece(
    bench: Bench, copy: EnrolledDevice, restart: bool
) -> None:
    """Each try gets a little further, also when the program was started anew in between."""
    ref, canned = bench.third, bench.canned
    whole = max(len(data) for data in canned.files.values())
    for part in (1, 3, 4, 7):
        canned.cut_after = whole * part // 9
        with pytest.raises(KnownError, match=r"sync\.offline"):
            bench.apply(ref)
        assert (bench.version, bench.owed(51)) == (ref.version - 3, 0)
        if restart:
            bench.place = Place.of(copy.unlock("TEL-1").store)
    canned.cut_after = None
    bench.apply(ref)
    assert canned.pieces_given == 12


def test_a_torn_piece_is_found_before_those_behind_it_are_fetched(bench: Bench) -> None:
    canned = bench.canned
    name = max(canned.files, key=lambda one: len(canned.files[one]))
    good = canned.files[name]
    canned.files[name] = good[: len(good) // 2] + b"\0" + good[len(good) // 2 + 1 :]
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        bench.apply(bench.first)
    given = canned.pieces_given
    assert 0 < given < 10
    canned.files[name] = good
    bench.apply(bench.first)


@pytest.mark.parametrize("by_change", [False, True])
def test_a_great_loss_waits_for_a_person_before_anything_is_fetched(bench: Bench, by_change: bool) -> None:
    many = {n: paid(n, 5) for n in range(1, 51)}
    first = bench.canned.snapshot(many, bench.version + 1)
    first = replace(first, rows=4 * first.rows)
    bench.apply(first)
    few = {n: row for n, row in many.items() if n < 10}
    if by_change:
        ref = bench.canned.changed(first, many, few)
    else:
        ref = bench.canned.snapshot(few, first.version + 1)
    bench.canned.asked.clear()
    with pytest.raises(KnownError) as caught:
        bench.apply(ref, accept_smaller=False)
    assert (caught.value.code, bench.canned.asked) == ("sync.debts_shrunk", [])
    assert bench.owed(30) == 5
    bench.apply(ref)
    assert (bench.owed(30), bench.owed(3)) == (0, 5)


def test_debts_made_by_a_release_with_other_keys_are_found_all_the_same(bench: Bench) -> None:
    strange = CannedDebts(keys=99)
    first = strange.snapshot(FIRST, bench.version + 1)
    bench.canned = strange
    bench.apply(first)
    bench.apply(strange.changed(first, FIRST, SECOND))
    assert [one.debtor for one in find(bench.place.db, "L-7", By.ACCOUNT)] == ["DBT-7"]
    assert find(bench.place.db, "حسن على ابراهيم", By.NAME)
