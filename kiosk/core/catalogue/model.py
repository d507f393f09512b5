"""The typed catalogue: services with their papers, form fields, gates and limits. No files, no evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kiosk.core.catalogue.condition import Condition
from kiosk.core.errors import KnownError, Language

CONTEXT_NAMES: Final = frozenset({"governorate"})
"""Facts about the unit itself that a condition may name beside the answers of the form."""


class CounterMode(StrEnum):
    """What the counter may do with a service; the sentence shown to staff is in `modes.yaml`."""

    COLLECT = "collect"
    ISSUE = "issue"
    ISSUE_OR_FORWARD = "issue_or_forward"
    ACCEPT_FORWARD = "accept_forward"
    REFER_OR_PARTNER = "refer_or_partner"
    INQUIRE = "inquire"


class Basis(StrEnum):
    """How well a value is known."""

    SOURCE = "source"
    """Read in a law, a decree or a published page."""
    REPORTED = "reported"
    """Told by the press or by an unofficial page."""
    GENERAL = "general"
    """General knowledge, to be confirmed by the body that owns the service."""
    TARGET = "target"
    """A proposal of ours, until the unit sets its own."""


class FieldType(StrEnum):
    """How an answer is typed, checked and kept."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    NATIONAL_NUMBER = "national_number"
    PASSPORT = "passport"
    MOBILE = "mobile"
    ADDRESS = "address"
    PLACE = "place"
    COORDINATES = "coordinates"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    ACCOUNT = "account"
    TAX_NUMBER = "tax_number"


ALWAYS_PERSONAL: Final = frozenset(
    {FieldType.NAME, FieldType.NATIONAL_NUMBER, FieldType.PASSPORT, FieldType.MOBILE, FieldType.ADDRESS}
)
"""Types whose answers are personal data whatever the file says (Law 151/2020)."""


class PaperKind(StrEnum):
    """What is handed in: the paper itself, a copy, or the paper shown and given back."""

    ORIGINAL = "original"
    COPY = "copy"
    COPY_AND_ORIGINAL = "copy_and_original"
    SHOWN = "shown"


class Tender(StrEnum):
    """Ways to pay that a service allows at the counter."""

    CASH = "cash"
    SLIP = "slip"


class WarningKind(StrEnum):
    """How loudly a warning speaks to staff."""

    NOTE = "note"
    CARE = "care"
    URGENT = "urgent"


class DateLimit(StrEnum):
    """Which dates a date field takes; today always passes."""

    ANY = "any"
    PAST = "past"
    FUTURE = "future"


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    ar: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text of a language."""
        return self.ar if language == "ar" else self.en


@dataclass(frozen=True)
class Option:
    """One answer of a choice; `code` is what is kept."""

    code: str
    label: Text


@dataclass(frozen=True)
class Field:
    """One field of a form.

    `minimum` and `maximum` are in the field's own unit (whole and decimal fields only), `places` the decimal
    places allowed, `max_length` in characters. `personal` answers are kept apart from the facts.
    """

    name: str
    label: Text
    type: FieldType
    required: bool = True
    personal: bool = False
    visible_if: Condition | None = None
    options: tuple[Option, ...] = ()
    unit: Text | None = None
    hint: Text | None = None
    minimum: int | None = None
    maximum: int | None = None
    places: int | None = None
    max_length: int | None = None
    dates: DateLimit = DateLimit.ANY


@dataclass(frozen=True)
class Paper:
    """A paper that services ask for, named once; `kind` holds unless a service says otherwise."""

    code: str
    name: Text
    kind: PaperKind = PaperKind.COPY
    note: Text | None = None


@dataclass(frozen=True)
class PaperLine:
    """One line of a checklist: one paper, or several of which any one is enough.

    `required_if` makes the line count only when the condition holds; `optional` lines never stop a request;
    `later` lines may follow within the days of the conditional acceptance.
    """

    any_of: tuple[str, ...]
    kind: PaperKind | None = None
    copies: int = 1
    optional: bool = False
    later: bool = False
    required_if: Condition | None = None


@dataclass(frozen=True)
class Conditional:
    """Acceptance with papers still missing: they must follow within `days` (calendar days)."""

    days: int
    basis: Basis


@dataclass(frozen=True)
class Gate:
    """What must come before a service: an accepted request for one of `after`, or one of the papers `proof`.

    It stands only while `applies_if` holds (always, when there is none). `text` tells staff why.
    """

    code: str
    text: Text
    after: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    applies_if: Condition | None = None
    basis: Basis = Basis.GENERAL


@dataclass(frozen=True)
class Turnaround:
    """Days until the result, as promised to the citizen; 0 is while he waits."""

    days: int
    basis: Basis


@dataclass(frozen=True)
class TimeLimit:
    """A period of law that starts on a date of the form: `days` calendar days after the field `start`."""

    days: int
    start: str
    text: Text
    basis: Basis


@dataclass(frozen=True)
class StaffWarning:
    """A sentence that staff see before they begin."""

    kind: WarningKind
    text: Text


@dataclass(frozen=True)
class Mode:
    """How a counter mode is shown, and what staff must not promise in it."""

    name: Text
    must_not_claim: Text


@dataclass(frozen=True)
class Service:
    """One service of the catalogue, with its groups of fields already spread out."""

    code: str
    family: str
    name: Text
    entity: str
    counter_mode: CounterMode
    turnaround: Turnaround
    papers: tuple[PaperLine, ...]
    fields: tuple[Field, ...]
    papers_basis: Basis
    synonyms: tuple[str, ...] = ()
    tenders: tuple[Tender, ...] = ()
    conditional: Conditional | None = None
    gates: tuple[Gate, ...] = ()
    time_limits: tuple[TimeLimit, ...] = ()
    warnings: tuple[StaffWarning, ...] = ()
    must_not_claim: Text | None = None
    appointment: Text | None = None
    mandate: bool = False
    fresh_data: bool = False
    basis_note: str | None = None

    def field(self, name: str) -> Field | None:
        """Return a field by its name, or None."""
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True)
class Version:
    """Which catalogue this is: a label and the day it was made (ISO date)."""

    label: str
    date: str
    sample: bool = False


@dataclass(frozen=True)
class Catalogue:
    """The whole catalogue. A request keeps the version it was taken under."""

    version: Version
    families: Mapping[str, Text]
    entities: Mapping[str, Text]
    papers: Mapping[str, Paper]
    modes: Mapping[str, Mode]
    services: Mapping[str, Service] = field(default_factory=dict)

    def service(self, code: str) -> Service:
        """Return a service by its code, typed in any case. Raises KnownError `catalogue.no_service`."""
        found = self.services.get(code.strip().upper())
        if found is None:
            raise KnownError("catalogue.no_service", name=code)
        return found

    def must_not_claim(self, service: Service) -> Text:
        """Return what staff must not promise: the service's own sentence, else that of its counter mode."""
        return service.must_not_claim or self.modes[service.counter_mode].must_not_claim
