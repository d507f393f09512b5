"""Finding a service while somebody types, in a catalogue twice the size of today's."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice

from benchmarks.frame import Figure, against_limit, against_peer, interleaved
from kiosk.catalogue_files import check_folder, shipped_catalogue
from kiosk.core.arabic import loose_key
from kiosk.core.catalogue.model import Catalogue
from kiosk.core.catalogue.search import Search

SERVICES = 200
TYPED = ("رخصة", "رخصه بنا", "شهادة ميلاد", "نظافة", "ترخيص محل", "بطاقه", "BLD-01", "مخالفات مباني")
"""What people type: right and wrong endings, one word and two, a code."""


def _of_size(size: int) -> Catalogue:
    """The shipped catalogue, its services repeated under new codes until there are `size`."""
    shipped = shipped_catalogue()
    services = {}
    for number, service in enumerate(islice(cycle(shipped.services.values()), size)):
        code = service.code if number < len(shipped.services) else f"ZZZ-{number:03}"
        services[code] = replace(service, code=code)
    return replace(shipped, services=services)


def search_200() -> Iterator[Figure]:
    """One search among 200 services, in ms, against looking for the words in every name in turn."""
    catalogue = _of_size(SERVICES)
    search = Search(catalogue)
    names = [loose_key(service.name.ar) for service in catalogue.services.values()]

    def scan() -> None:
        for text in TYPED:
            words = loose_key(text).split()
            [name for name in names if all(word in name for word in words)]

    own, peer = interleaved(lambda: [search.find(text) for text in TYPED], scan, rounds=25)
    each, plain = own / len(TYPED) * 1000, peer / len(TYPED) * 1000
    yield against_limit("catalogue.search_200", each, "ms", limit=20)
    yield against_peer("catalogue.search_200 against a scan of names", each, plain, "ms", at_most=4)


def reading() -> Iterator[Figure]:
    """Reading and checking every file of the shipped catalogue, in ms: once a start."""
    (taken,) = interleaved(check_folder, rounds=5)
    yield against_limit("catalogue.read", taken * 1000, "ms", limit=1000)
