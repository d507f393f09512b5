"""Reads the file of one service: everything in it checked against the shared tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from kiosk.core.catalogue.form_items import FormReader, Placed, check_condition, check_form
from kiosk.core.catalogue.model import (
    Basis,
    Conditional,
    CounterMode,
    FieldType,
    Gate,
    PaperKind,
    PaperLine,
    Service,
    StaffWarning,
    Tender,
    Text,
    TimeLimit,
    Turnaround,
    WarningKind,
)
from kiosk.core.catalogue.reading import (
    Problems,
    Reader,
    check_arabic,
    member_of,
    nearest,
    word_of,
)
from kiosk.core.catalogue.shared import GATE_KEYS, Shared, read_gate
from kiosk.core.marked import Marked

SERVICE_KEYS: Final = (
    *("code", "family", "name", "synonyms", "entity", "counter_mode", "turnaround", "tenders"),
    *("papers", "papers_basis", "conditional", "fields", "gates", "time_limits", "warnings"),
    *("must_not_claim", "appointment", "mandate", "fresh_data", "basis_note"),
)
_CODE = re.compile(r"[A-Z]{3}-\d{2,3}", re.ASCII)
_ARABIC = re.compile("[\u0620-\u064a]")

Made = TypeVar("Made")


@dataclass(frozen=True)
class PlacedService:
    """A service with the places that later checks point at."""

    service: Service
    root: Marked
    form: Sequence[Placed]
    gates: Sequence[tuple[Gate, Marked]]

    def at(self, key: str) -> Marked:
        """Return where a key of the file is written, or the top of the file."""
        return (self.root.map or {}).get(key, self.root)


def read_service(root: Marked, shared: Shared, problems: Problems) -> PlacedService | None:
    """Read one service file. Returns None when it has not even a code; all else is noted and stood in for."""
    reader = Reader(root, SERVICE_KEYS, problems)
    code = reader.word("code")
    if code is None:
        return None
    _check_code(code, reader)
    inside = FormReader(shared.fields, shared.groups, problems)
    form = inside.read(reader.list_of("fields", needed=True))
    shared.used |= inside.used
    check_form(form, problems)
    gates = _gates(code, reader, shared, form)
    for what in ("family", "entity"):
        shared.use(what, (reader.map.get(what, root).text or "").strip())
    service = Service(
        code=code,
        family=reader.known("family", shared.families, "unknown_family"),
        name=reader.both("name") or Text("", ""),
        entity=reader.known("entity", shared.entities, "unknown_entity"),
        counter_mode=reader.one_of("counter_mode", CounterMode) or CounterMode.INQUIRE,
        turnaround=_turnaround(reader),
        papers=_papers(reader, shared, form),
        fields=tuple(placed.field for placed in form),
        papers_basis=reader.one_of("papers_basis", Basis) or Basis.GENERAL,
        synonyms=_synonyms(reader),
        tenders=_tenders(reader),
        conditional=_conditional(reader),
        gates=tuple(gate for gate, _ in gates),
        time_limits=_time_limits(reader, form),
        warnings=_warnings(reader),
        must_not_claim=reader.both("must_not_claim", needed=False),
        appointment=reader.both("appointment", needed=False),
        mandate=reader.yes_no("mandate", default=False),
        fresh_data=reader.yes_no("fresh_data", default=False),
        basis_note=reader.word("basis_note", needed=False),
    )
    _check_later(service, reader)
    _check_tenders(service, reader)
    return PlacedService(service, root, form, gates)


def _check_code(code: str, reader: Reader) -> None:
    at = reader.place("code")
    if not _CODE.fullmatch(code):
        reader.problems.add("service_code", at, name=code)
    name = at.file.replace("\\", "/").rsplit("/", 1)[-1]
    if name != f"{code}.yaml":
        reader.problems.add("file_name", at, name=f"{code}.yaml")


def _synonyms(reader: Reader) -> tuple[str, ...]:
    found = []
    for at in reader.list_of("synonyms"):
        word = word_of(at, reader.problems, "synonyms")
        if word and _ARABIC.search(word):
            check_arabic(word, at, reader.problems)
        if word:
            found.append(word)
    return tuple(found)


def _turnaround(reader: Reader) -> Turnaround:
    at = reader.need("turnaround")
    if at is None:
        return Turnaround(0, Basis.GENERAL)
    inside = Reader(at, ("days", "basis"), reader.problems)
    days = inside.whole("days", needed=True) or 0
    return Turnaround(days, inside.one_of("basis", Basis) or Basis.GENERAL)


def _tenders(reader: Reader) -> tuple[Tender, ...]:
    reader.need("tenders")
    found = []
    for at in reader.list_of("tenders"):
        word = word_of(at, reader.problems, "tenders")
        tender = member_of(word, Tender, at, reader.problems, "tenders") if word else None
        if tender:
            found.append(tender)
    return tuple(found)


def _papers(reader: Reader, shared: Shared, form: Sequence[Placed]) -> tuple[PaperLine, ...]:
    lines: list[PaperLine] = []
    for at in reader.list_of("papers", needed=True):
        line = _paper_line(at, shared, form, reader.problems)
        if line is None:
            continue
        if any(line.any_of == other.any_of for other in lines):
            reader.problems.add("duplicate_paper", at, name=", ".join(line.any_of))
        lines.append(line)
    return tuple(lines)


def _paper_line(at: Marked, shared: Shared, form: Sequence[Placed], problems: Problems) -> PaperLine | None:
    if at.map is None:
        word = word_of(at, problems, "papers")
        return None if word is None else PaperLine(_paper_codes([at], shared, problems))
    keys = ("paper", "any_of", "kind", "copies", "optional", "later", "required_if")
    reader = Reader(at, keys, problems)
    named = reader.list_of("any_of")
    if not named:
        one = reader.need("paper")
        named = [one] if one else []
    condition = reader.condition("required_if")
    if condition:
        check_condition(condition, reader.place("required_if"), form, form, problems)
    return PaperLine(
        any_of=_paper_codes(named, shared, problems),
        kind=reader.one_of("kind", PaperKind, needed=False),
        copies=reader.whole("copies", least=1) or 1,
        optional=reader.yes_no("optional", default=False),
        later=reader.yes_no("later", default=False),
        required_if=condition,
    )


def _paper_codes(named: Sequence[Marked], shared: Shared, problems: Problems) -> tuple[str, ...]:
    found = []
    for at in named:
        word = word_of(at, problems, "paper")
        if word is None:
            continue
        if word not in shared.papers:
            problems.add("unknown_paper", at, name=word, nearest=nearest(word, shared.papers))
        shared.use("paper", word)
        found.append(word)
    return tuple(found)


def _conditional(reader: Reader) -> Conditional | None:
    at = reader.map.get("conditional")
    if at is None:
        return None
    inside = Reader(at, ("days", "basis"), reader.problems)
    if at.map is not None and "days" not in inside.map:
        reader.problems.add("conditional_without_days", at)
        return None
    days = inside.whole("days", least=1)
    basis = inside.one_of("basis", Basis)
    return Conditional(days or 1, basis or Basis.GENERAL)


def _check_later(service: Service, reader: Reader) -> None:
    later = [line for line in service.papers if line.later]
    if later and not reader.has("conditional"):
        reader.problems.add("later_without_days", reader.place("papers"), paper=", ".join(later[0].any_of))
    if service.conditional and not later:
        reader.problems.add("days_without_later", reader.place("conditional"))


def _check_tenders(service: Service, reader: Reader) -> None:
    """Collecting needs a way to pay; inquiring and referring take no money at this counter."""
    if service.counter_mode is CounterMode.COLLECT and reader.has("tenders") and not service.tenders:
        reader.problems.add("tender_needed", reader.place("tenders"), mode=service.counter_mode)
    takes_none = (CounterMode.INQUIRE, CounterMode.REFER_OR_PARTNER)
    if service.counter_mode in takes_none and service.tenders:
        reader.problems.add("tender_not_here", reader.place("tenders"), mode=service.counter_mode)


def _gates(code: str, reader: Reader, shared: Shared, form: Sequence[Placed]) -> list[tuple[Gate, Marked]]:
    found: list[tuple[Gate, Marked]] = []
    for number, at in enumerate(reader.list_of("gates"), 1):
        if at.map is not None:
            inside = Reader(at, GATE_KEYS, reader.problems)
            gate = read_gate(f"{code}-{number}", inside, shared)
        else:
            word = word_of(at, reader.problems, "gates")
            if word is None:
                continue
            if word not in shared.gates:
                reader.problems.add("unknown_gate", at, name=word, nearest=nearest(word, shared.gates))
                continue
            shared.use("gate", word)
            gate = shared.gates[word][0]
        if gate.applies_if:
            place = (at.map or {}).get("applies_if", at)
            check_condition(gate.applies_if, place, form, form, reader.problems)
        found.append((gate, at))
    return found


def _time_limits(reader: Reader, form: Sequence[Placed]) -> tuple[TimeLimit, ...]:
    dates = {placed.field.name for placed in form if placed.field.type is FieldType.DATE}
    found = []
    for at in reader.list_of("time_limits"):
        inside = Reader(at, ("days", "from", "ar", "en", "basis"), reader.problems)
        if at.map is None:
            continue
        days = inside.whole("days", needed=True, least=1) or 1
        start = inside.word("from") or ""
        if start and start not in dates:
            near = nearest(start, dates)
            reader.problems.add("time_limit_field", inside.place("from"), name=start, nearest=near)
        found.append(TimeLimit(days, start, inside.label(), inside.one_of("basis", Basis) or Basis.GENERAL))
    return tuple(found)


def _warnings(reader: Reader) -> tuple[StaffWarning, ...]:
    found = []
    for at in reader.list_of("warnings"):
        inside = Reader(at, ("kind", "ar", "en"), reader.problems)
        if at.map is not None:
            kind = inside.one_of("kind", WarningKind) or WarningKind.NOTE
            found.append(StaffWarning(kind, inside.label()))
    return tuple(found)
