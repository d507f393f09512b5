"""Search: people's words, spelling habits and slips find the service; the cost does not grow with it."""

import pytest

from kiosk.catalogue_files import shipped_catalogue
from kiosk.core.catalogue.search import Search, by_family
from tests.core.catalogue.made_up import made_up

SEARCH = Search(shipped_catalogue())


def first(text: str) -> str:
    hits = SEARCH.find(text)
    return hits[0].service.code if hits else ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ترخيص بناء جديد", "BLD-03"),
        ("رخصة بناء", "BLD-03"),
        ("رخصه بنا", "BLD-03"),
        ("رُخصة بنـــاء", "BLD-03"),
        ("اسانسير", "BLD-11"),
        ("أسانسير", "BLD-11"),
        ("الأسانسير", "BLD-11"),
        ("شهاده ميلاد", "VIT-01"),
        ("بطاقه رقم قومى", "VIT-05"),
        ("فيش وتشبيه", "JUS-01"),
        ("خلو طرف", "LND-09"),
        ("براءه ذمه", "LND-09"),
        ("زبالة", "LND-10"),
        ("السيستم باسبور", "PAS-01"),
        ("عداد كهرباء", "UTL-03"),
        ("كهربا", "UTL-03"),
        ("مجاري", "UTL-02"),
        ("يافطه", "OCC-05"),
        ("تكافل", "SOC-01"),
        ("BLD-03", "BLD-03"),
        ("bld 03", "BLD-03"),
        ("occupancy certificate", "BLD-09"),
        ("passport", "PAS-01"),
        ("تصالحح", "REC-01"),
        ("ترخص هدم", "BLD-07"),
    ],
)
def test_the_words_people_use_find_the_service_first(text: str, code: str) -> None:
    assert first(text) == code


@pytest.mark.parametrize("text", ["", "   ", "؟؟", "من في", "زززززز"])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert SEARCH.find(text) == []


def test_services_that_have_all_the_words_hide_those_that_have_some() -> None:
    codes = {hit.service.code for hit in SEARCH.find("تجديد رخصة محل", 100)}
    assert "SHP-05" in codes
    assert "PAS-01" not in codes


def test_the_best_come_first_and_no_more_than_asked() -> None:
    hits = SEARCH.find("ترخيص", 5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_every_service_finds_itself_by_its_code_and_its_name() -> None:
    for code, service in shipped_catalogue().services.items():
        assert first(code) == code
        assert code in {hit.service.code for hit in SEARCH.find(service.name.ar, 5)}
        for synonym in service.synonyms:
            assert code in {hit.service.code for hit in SEARCH.find(synonym, 20)}, synonym


def test_two_hundred_services_cost_a_search_no_more_than_fifty() -> None:
    costs = []
    for count in (50, 200):
        search = Search(made_up(count))
        found = search.find("فريدة0049")
        assert [hit.service.code for hit in found] == ["GEN-049"]
        costs.append(search.looked_at)
    assert costs[0] == costs[1] <= 3


def test_a_word_that_all_share_looks_at_each_service_once() -> None:
    search = Search(made_up(200))
    assert len(search.find("مشتركة", 500)) == 200
    assert search.looked_at == 200


def test_services_are_listed_by_family_and_none_is_lost() -> None:
    families = by_family(shipped_catalogue())
    assert list(families) == list(shipped_catalogue().families)
    assert sum(map(len, families.values())) == 94
