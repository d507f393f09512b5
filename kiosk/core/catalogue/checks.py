"""Reads a whole catalogue and checks what no single file shows: duplicates, gates, unused codes, fees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.core.catalogue.model import Catalogue, CounterMode, FieldType
from kiosk.core.catalogue.reading import Problems, nearest, place_of
from kiosk.core.catalogue.service_file import PlacedService, read_service
from kiosk.core.catalogue.shared import SHARED_FILES, Shared, read_shared
from kiosk.core.errors import KnownError
from kiosk.core.fees.inputs import FeeInput, InputType
from kiosk.core.fees.rules import Shape
from kiosk.core.fees.tables import FeeTables
from kiosk.core.marked import Marked


@dataclass(frozen=True)
class Checked:
    """What was read, and everything that is wrong with it (in the order of files and lines)."""

    catalogue: Catalogue
    problems: Sequence[KnownError]

    @property
    def clean_services(self) -> int:
        """How many services have no problem in their own file."""
        troubled = {place_of(one)[0].rsplit("/", 1)[-1] for one in self.problems}
        return sum(f"{code}.yaml" not in troubled for code in self.catalogue.services)


def read_catalogue(
    files: Mapping[str, Marked],
    fees: FeeTables | None = None,
    before: Iterable[KnownError] = (),
) -> Checked:
    """Read all files of a catalogue (by their path below its folder) and check them together.

    `fees` are compared with the forms when they are given.
    `before` are problems already met, such as a file that is not YAML. The catalogue is fit for use only
    when there are no problems.
    """
    problems = Problems()
    problems.found.extend(before)
    shared = read_shared(files, problems)
    services: dict[str, PlacedService] = {}
    for name in sorted(files):
        if name in SHARED_FILES:
            continue
        placed = read_service(files[name], shared, problems)
        if placed is None:
            continue
        other = services.setdefault(placed.service.code, placed)
        if other is not placed:
            problems.add(
                "duplicate_service",
                placed.at("code"),
                name=placed.service.code,
                other=other.at("code").file,
                other_line=other.at("code").line,
            )
    check_gates(services, shared, problems)
    if not problems.found:
        check_unused(shared, problems)
    if fees is not None:
        top = files.get("version.yaml", Marked({}, "version.yaml", 1))
        check_fees(services, fees, top, problems)
    catalogue = Catalogue(
        version=shared.version,
        families=shared.families,
        entities=shared.entities,
        papers=shared.papers,
        modes=shared.modes,
        services={code: placed.service for code, placed in services.items()},
    )
    return Checked(catalogue, problems.sorted())


def check_gates(services: Mapping[str, PlacedService], shared: Shared, problems: Problems) -> None:
    """Note gates that name a service that is not there, and services that wait for each other in a circle."""
    marks = [at for placed in services.values() for _, at in placed.gates]
    for at in [*marks, *(at for _, at in shared.gates.values())]:
        after = (at.map or {}).get("after", at)
        for place in after.items or ():
            code = place.text or ""
            if code and code not in services:
                problems.add("unknown_service", place, name=code, nearest=nearest(code, services))
    waits_for = {
        code: [one for gate, _ in placed.gates for one in gate.after if one in services]
        for code, placed in services.items()
    }
    for circle in _circles(waits_for):
        problems.add("gate_circle", services[circle[0]].at("gates"), path=" → ".join([*circle, circle[0]]))


def _circles(waits_for: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return each circle once, beginning at its first code."""
    done: set[str] = set()
    found: list[list[str]] = []
    for start in sorted(waits_for):
        path: list[str] = []
        waiting = [(start, 0)]
        while waiting:
            code, depth = waiting.pop()
            del path[depth:]
            if code in path:
                circle = path[path.index(code) :]
                first = circle.index(min(circle))
                turned = circle[first:] + circle[:first]
                if turned not in found:
                    found.append(turned)
                continue
            if code in done:
                continue
            path.append(code)
            waiting.extend((one, depth + 1) for one in reversed(waits_for[code]))
        done.update(_reachable(start, waits_for))
    return found


def _reachable(start: str, waits_for: Mapping[str, Sequence[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            waiting.extend(waits_for[code])
    return seen


def check_unused(shared: Shared, problems: Problems) -> None:
    """Note shared codes that no service refers to: mostly a mistyped or forgotten line."""
    for (what, code), at in shared.places.items():
        if what not in ("mode", "group") and (what, code) not in shared.used:
            problems.add("unused_code", at, name=code)
        if what == "group" and ("group", code) not in shared.used:
            problems.add("unused_code", at, name=code)


_FEE_TYPES: Mapping[InputType, frozenset[FieldType]] = {
    InputType.WHOLE: frozenset({FieldType.WHOLE}),
    InputType.DECIMAL: frozenset({FieldType.DECIMAL, FieldType.WHOLE}),
    InputType.MONEY: frozenset({FieldType.MONEY}),
    InputType.CHOICE: frozenset({FieldType.CHOICE}),
    InputType.YES_NO: frozenset({FieldType.YES_NO}),
    InputType.ACCOUNT: frozenset({FieldType.ACCOUNT}),
    InputType.TEXT: frozenset({FieldType.TEXT, FieldType.ACCOUNT, FieldType.PLACE}),
}
"""Types of form fields whose answers an input of a fee can be read from."""


def check_fees(
    services: Mapping[str, PlacedService], fees: FeeTables, top: Marked, problems: Problems
) -> None:
    """Note services without a fee, fees without a service (at `top`), and fees that do not fit a form."""
    known = fees.services()
    for code in known:
        if code not in services:
            problems.add("fee_of_no_service", top, name=code, nearest=nearest(code, services))
    for code, placed in sorted(services.items()):
        if code not in known:
            problems.add("fee_missing", placed.at("code"), name=code)
            continue
        free = all(line.rule.shape in (Shape.FREE, Shape.DEBT) for line in fees.service(code).lines)
        if not free and not placed.service.tenders and takes_money(placed.service.counter_mode):
            problems.add("fee_without_tender", placed.at("tenders"), name=code)
        for wanted in fees.inputs(code):
            _check_fee_input(placed, wanted, problems)


def _check_fee_input(placed: PlacedService, wanted: FeeInput, problems: Problems) -> None:
    at = placed.at("fields")
    field = placed.service.field(wanted.name)
    if field is None:
        problems.add("fee_input_missing", at, name=wanted.name, type=wanted.type)
        return
    if field.type not in _FEE_TYPES[wanted.type]:
        problems.add("fee_input_type", at, name=wanted.name, type=field.type, wanted=wanted.type)
    if field.personal:
        problems.add("fee_input_personal", at, name=wanted.name)
    if wanted.required and not field.required:
        problems.add("fee_input_optional", at, name=wanted.name)
    given = {option.code for option in field.options}
    if wanted.type is InputType.CHOICE and field.type is FieldType.CHOICE and given != set(wanted.codes):
        different = ", ".join(sorted(given ^ set(wanted.codes)))
        problems.add("fee_input_choices", at, name=wanted.name, different=different)


def takes_money(mode: CounterMode) -> bool:
    """Tell whether this counter may take money for a service in this mode."""
    return mode not in (CounterMode.INQUIRE, CounterMode.REFER_OR_PARTNER)
