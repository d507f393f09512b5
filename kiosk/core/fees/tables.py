"""The fee tables as one object: which inputs a service takes, and its quote on a date.

They are built from marked YAML (the files of analysts) or from the plain form of a signed dataset: one
builder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.core.errors import KnownError
from kiosk.core.fees.evaluate import Evaluation
from kiosk.core.fees.fit import check_fit
from kiosk.core.fees.inputs import Condition, FeeInput, InputValue, read_input
from kiosk.core.fees.parameters import Parameter
from kiosk.core.fees.plain import marked_from_plain, plain_from_marked
from kiosk.core.fees.quote import Quote
from kiosk.core.fees.read_names import Account, read_accounts, read_inputs
from kiosk.core.fees.read_services import ServiceFees, read_services
from kiosk.core.fees.read_terms import Scope
from kiosk.core.fees.read_values import read_parameters
from kiosk.core.fees.reading import Problems
from kiosk.core.fees.rules import Line
from kiosk.core.marked import Marked

SECTIONS = ("accounts", "inputs", "parameters", "services")
"""Top-level keys whose entries may be spread over several files."""


@dataclass(frozen=True)
class FeeTables:
    """One version of the fee tables."""

    version: str
    valid_from: date
    valid_to: date | None
    accounts: Mapping[str, Account]
    parameters: Mapping[str, Parameter]
    _inputs: Mapping[str, FeeInput]
    _services: Mapping[str, ServiceFees]
    _plain: Mapping[str, Any]

    def services(self) -> tuple[str, ...]:
        """The codes of the services that have a rule."""
        return tuple(sorted(self._services))

    def service(self, code: str) -> ServiceFees:
        """The rule of a service. Raises KnownError `fees.service_unknown`."""
        if code not in self._services:
            raise KnownError("fees.service_unknown", service=code[:20])
        return self._services[code]

    def inputs(self, service: str) -> tuple[FeeInput, ...]:
        """What the fee of a service is worked out from, in reading order. Raises KnownError
        `fees.service_unknown`.
        """
        needs: dict[str, list[tuple[Condition, ...]]] = {}
        for line in self.service(service).lines:
            for name, conditions in _needs(line):
                needs.setdefault(name, []).append(conditions)
        return tuple(
            replace(self._inputs[name], needed_when=() if () in found else tuple(dict.fromkeys(found)))
            for name, found in needs.items()
        )

    def quote(self, service: str, inputs: Mapping[str, str], on: date) -> Quote:
        """Work out a fee from inputs as typed.

        An ended table is used and the quote says so (`Quote.expired`). Raises KnownError `fees.*` (exit code
        2) for an unknown service, for inputs that are missing, unknown or out of range, and for amounts
        outside the law's limits.
        """
        definitions = {definition.name: definition for definition in self.inputs(service)}
        for name in inputs:
            if name not in definitions:
                raise KnownError("fees.input_unknown", service=service, name=name[:40])
        values: dict[str, InputValue] = {}
        for name, definition in definitions.items():
            typed = inputs.get(name, definition.default)
            if typed is not None:
                values[name] = read_input(definition, typed)
        work = Evaluation(self.service(service).lines, self.parameters, definitions, values, on)
        work.run()
        ended = self.valid_to is not None and self.valid_to < on
        return Quote(service, on, self.version, ended, tuple(work.lines), tuple(work.ledger))

    def to_plain(self) -> dict[str, Any]:
        """The whole tables as maps, lists and texts only, for canonical JSON; `tables_from_plain` reads them
        back.
        """
        return dict(self._plain)


def build_fee_tables(files: Sequence[Marked]) -> tuple[FeeTables | None, list[KnownError]]:
    """Read the fee files together; the tables are None when any mistake was found. Each mistake has file and
    line.
    """
    problems = Problems()
    table, sections = _sections(files, problems)
    accounts = read_accounts(sections["accounts"], problems)
    inputs = read_inputs(sections["inputs"], problems)
    parameters = read_parameters(sections["parameters"], accounts, problems)
    scope = Scope(inputs, parameters)
    services = read_services(sections["services"], scope, accounts, problems)
    lines = {id(line): line for fees in services.values() for line in fees.lines}  # SAME_AS shares lines
    check_fit((term for line in lines.values() for term in (line.rule, *line.modifiers)), scope, problems)
    version = problems.text(table.get("version"))
    begins, ends = problems.day(table.get("from")), problems.day(table.get("to"))
    if problems.found or begins is None:
        return None, _each_once(problems.found)
    plain = {"format": 1, "table": {key: value.text for key, value in table.items()}}
    plain |= {
        name: {key: plain_from_marked(at) for key, at in entries.items()}
        for name, entries in sections.items()
    }
    return FeeTables(version, begins, ends, accounts, parameters, inputs, services, plain), []


def check_fee_tables(files: Sequence[Marked]) -> list[KnownError]:
    """Every mistake of the fee files: of their grammar, names, dates, tables, and of the examples they
    carry.
    """
    tables, found = build_fee_tables(files)
    if tables is None:
        return found
    return [problem for code in tables.services() for problem in _check_examples(tables, code, files)]


def tables_from_plain(plain: Mapping[str, Any]) -> FeeTables:
    """Read the plain form back. Raises KnownError `fees.dataset` for one that is not as `to_plain` made
    it.
    """
    if plain.get("format") != 1:
        raise KnownError("fees.dataset", detail="format")
    tables, found = build_fee_tables([marked_from_plain({k: v for k, v in plain.items() if k != "format"})])
    if tables is None:
        raise KnownError("fees.dataset", detail=str(found[0]) if found else "table")
    return tables


def _sections(
    files: Iterable[Marked], problems: Problems
) -> tuple[dict[str, Marked], dict[str, dict[str, Marked]]]:
    """Join the files: the one `table` block, and the entries of each section."""
    table: dict[str, Marked] = {}
    sections: dict[str, dict[str, Marked]] = {name: {} for name in SECTIONS}
    root = Marked({}, "fees", 1)
    for root in files:
        fields = problems.map(root, (), ("table", *SECTIONS))
        if "table" in fields:
            table = problems.map(fields["table"], ("version", "from"), ("to",))
        for name in SECTIONS:
            for key, at in problems.entries(fields.get(name)).items():
                if key in sections[name]:
                    code = "fees.service_twice" if name == "services" else "fees.line_twice"
                    problems.add(code, at, service=key, name=key)
                sections[name][key] = at
    if not table:
        problems.add("fees.key_missing", root, key="table")
    return table, sections


def _each_once(found: Iterable[KnownError]) -> list[KnownError]:
    """A mistake in lines that SAME_AS shares is one mistake."""
    return list({(error.code, str(error)): error for error in found}.values())


def _needs(line: Line) -> Iterable[tuple[str, tuple[Condition, ...]]]:
    """Each input of a line with the conditions under which it is wanted."""
    under = (line.when,) if line.when else ()
    if line.when:
        yield line.when.input, ()
    for term in (line.rule, *line.modifiers):
        if term.when:
            yield term.when.input, under
        narrower = under if term is line.rule or term.when is None else (*under, term.when)
        for name in term.inputs():
            yield name, narrower


def _check_examples(tables: FeeTables, code: str, files: Sequence[Marked]) -> Iterable[KnownError]:
    """An example that cannot be quoted is a mistake of the file."""
    for example in tables.service(code).examples:
        try:
            tables.quote(code, example, tables.valid_from)
        except KnownError as error:
            at = next(
                (services[code] for root in files if (services := _services_of(root)) and code in services),
                files[0],
            )
            yield KnownError(
                "fees.example", file=at.file, line=at.line, service=code, reason=error.sentence("en")
            )


def _services_of(root: Marked) -> Mapping[str, Marked]:
    services = (root.map or {}).get("services")
    return (services.map or {}) if services is not None else {}
