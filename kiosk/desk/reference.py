"""The reference data in force on this device: zone, policy, fees, catalogue, unit, each read once."""

from datetime import date, datetime
from functools import cached_property

from sqlite_utils import Database

from kiosk.core.catalogue.answers import Surroundings
from kiosk.core.catalogue.model import Catalogue
from kiosk.core.catalogue.plain import from_plain as catalogue_from_plain
from kiosk.core.clock import Zone
from kiosk.core.entries.parts import VersionRef
from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables, tables_from_plain
from kiosk.core.identity.national_number import Governorate
from kiosk.core.policy import Policy, PolicyBook
from kiosk.core.unit import UNIT, Unit, read_unit
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.times import parse_utc
from kiosk.governorates import governorates
from kiosk.policy_files import read_policy
from kiosk.store.datasets import Dataset, current_dataset, kept_content
from kiosk.zone_files import read_zone

CATALOGUE, FEES, POLICY, ZONE = "catalogue", "fees", "policy", "zone"
LARGEST = 16 << 20
"""Largest compiled dataset that is read, in bytes."""


class Reference:
    """Datasets of one store. After a new version was applied, make a new Reference."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._policies: dict[date, Policy] = {}
        self._pinned: dict[str, VersionRef] = {}
        self._as_of: dict[str, datetime] = {}

    @cached_property
    def zone(self) -> Zone:
        """The offsets of the time zone."""
        return read_zone(self._dataset(ZONE).content.decode(), ZONE)

    @cached_property
    def policy_book(self) -> PolicyBook:
        """Every dated setting of the unit."""
        return read_policy(self._dataset(POLICY).content.decode(), POLICY)

    def policy(self, day: date) -> Policy:
        """The policy in force on a business date, worked out once for each date."""
        if day not in self._policies:
            self._policies[day] = self.policy_book.on(day)
        return self._policies[day]

    @cached_property
    def fees(self) -> FeeTables:
        """The fee tables."""
        return tables_from_plain(parse_canonical(self._dataset(FEES).content, max_bytes=LARGEST))

    def fees_of(self, version: int) -> FeeTables:
        """The fee tables of a version that an entry pins. Raises KnownError `dataset.missing`."""
        if version == self._dataset(FEES).version:
            return self.fees
        content = kept_content(self._db, FEES, version)
        return tables_from_plain(parse_canonical(content, max_bytes=LARGEST))

    @cached_property
    def catalogue(self) -> Catalogue:
        """The service catalogue."""
        return catalogue_from_plain(parse_canonical(self._dataset(CATALOGUE).content, max_bytes=LARGEST))

    @cached_property
    def governorates(self) -> dict[str, Governorate]:
        """The governorate codes of national numbers."""
        return dict(governorates())

    @cached_property
    def place(self) -> Unit | None:
        """The unit that this device works for and where it is; None on a device that was never told."""
        try:
            content = self._dataset(UNIT).content
        except KnownError as error:
            if error.code != "dataset.missing":
                raise
            return None
        return read_unit(content)

    def surroundings(self, day: date) -> Surroundings:
        """What answers are judged against on this day, in this place."""
        return Surroundings(day, self.place.governorate if self.place else None, self.governorates)

    def version(self, name: str) -> VersionRef:
        """The version and hash of a dataset as entries pin it: the one that was read here.

        Sync may bring a newer one into use meanwhile; what was worked out with the old one says so.
        """
        if name not in self._pinned:
            self._dataset(name)
        return self._pinned[name]

    def as_of(self, name: str) -> datetime:
        """The moment that the version read here tells of. Raises KnownError `dataset.missing`."""
        if name not in self._as_of:
            query = "SELECT as_of FROM snapshot_applied WHERE dataset = ?"
            row = self._db.conn.execute(query, (name,)).fetchone()
            if row is None:
                raise KnownError("dataset.missing", dataset=name)
            self._as_of[name] = parse_utc(row[0])
        return self._as_of[name]

    def _dataset(self, name: str) -> Dataset:
        dataset = current_dataset(self._db, name)
        self._pinned[name] = VersionRef(version=dataset.version, hash=dataset.hash)
        return dataset
