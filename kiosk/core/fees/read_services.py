"""Reads the rules of the services: their lines, what they share by SAME_AS, and references between lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.core.fees.basis import Basis
from kiosk.core.fees.expression import Word
from kiosk.core.fees.inputs import Condition
from kiosk.core.fees.label import Label
from kiosk.core.fees.read_names import Account, AccountKind
from kiosk.core.fees.read_terms import Scope, read_term
from kiosk.core.fees.reading import Problems, listed
from kiosk.core.fees.rules import SPECS, Line, Phase, Shape, Term
from kiosk.core.marked import Marked


@dataclass(frozen=True)
class ServiceFees:
    """The fee of one service: its lines with SAME_AS written out, what the rule rests on, and sample
    inputs.
    """

    code: str
    basis: Basis
    source: str
    lines: tuple[Line, ...]
    examples: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class _Written:
    """A service as written, with the place of each line."""

    at: Marked
    fees: ServiceFees


def read_services(
    entries: Mapping[str, Marked], scope: Scope, accounts: Mapping[str, Account], problems: Problems
) -> dict[str, ServiceFees]:
    """Read every service; lines that are wrong are noted and left out."""
    written = {
        code: _Written(at, _service(code, at, scope, accounts, problems)) for code, at in entries.items()
    }
    found = {}
    for code, service in written.items():
        lines = _expanded(code, written, (), problems)
        _check_lines(lines, problems)
        found[code] = ServiceFees(code, service.fees.basis, service.fees.source, lines, service.fees.examples)
    return found


def _service(
    code: str, at: Marked, scope: Scope, accounts: Mapping[str, Account], problems: Problems
) -> ServiceFees:
    fields = problems.map(at, ("basis", "source", "lines", "example"))
    basis = problems.read(fields.get("basis"), Basis, listed(Basis)) or Basis.SAMPLE
    reader = _LineReader(basis, scope, accounts, problems)
    read = [reader.line(item) for item in problems.items(fields.get("lines"))]
    lines = tuple(line for line in read if line is not None)
    if not read:
        problems.add("fees.key_missing", at, key="lines")
    examples = _examples(fields.get("example"), problems)
    return ServiceFees(code, basis, problems.text(fields.get("source")), lines, examples)


def _examples(at: Marked | None, problems: Problems) -> tuple[Mapping[str, str], ...]:
    if at is None:
        return ()
    blocks = at.items if at.items is not None else [at]
    read = [{key: problems.text(value) for key, value in problems.entries(block).items()} for block in blocks]
    return tuple(read)


class _LineReader:
    """Reads the lines of one service."""

    def __init__(
        self, basis: Basis, scope: Scope, accounts: Mapping[str, Account], problems: Problems
    ) -> None:
        self._basis = basis
        self._scope = scope
        self._accounts = accounts
        self._problems = problems

    def line(self, at: Marked) -> Line | None:
        before = len(self._problems.found)
        fields = self._problems.map(
            at, ("rule",), ("id", "ar", "en", "account", "with", "when", "note_ar", "note_en")
        )
        if "rule" not in fields:
            return None
        rule = read_term(fields["rule"], self._scope, self._problems)
        read = [
            read_term(item, self._scope, self._problems, modifier=True)
            for item in self._problems.items(fields.get("with"))
        ]
        when = self._when(fields.get("when"))
        if rule is None or len(self._problems.found) > before:
            return None
        modifiers = tuple(term for term in read if term is not None)
        self._check_modifiers(rule, modifiers)
        account = self._account(at, fields.get("account"), rule)
        label = self._label(at, fields, rule)
        line_id = self._problems.text(fields.get("id")) or rule.value or rule.shape.value.lower()
        note = None
        if "note_ar" in fields or "note_en" in fields:
            note = Label(
                self._problems.text(fields.get("note_ar")), self._problems.text(fields.get("note_en"))
            )
        return Line(line_id, label, account, rule, self._basis, modifiers, when, note)

    def _when(self, at: Marked | None) -> Condition | None:
        if at is None:
            return None
        name, _, option = (at.text or "").partition(":")
        word = Word(name.strip(), option.strip() or None)
        return self._problems.condition(at, word.name, word.option, self._scope.inputs)

    def _label(self, at: Marked, fields: Mapping[str, Marked], rule: Term) -> Label:
        """The label of the line, or that of its parameter when the line has none."""
        if "ar" in fields and "en" in fields:
            return self._problems.label(fields)
        if rule.value:
            return self._scope.parameters[rule.value].label
        if rule.shape not in (Shape.STAMPS, Shape.SAME_AS):
            self._problems.add("fees.key_missing", at, key="ar/en")
        return Label("", "")

    def _account(self, at: Marked, written: Marked | None, rule: Term) -> str:
        if rule.shape is Shape.STAMPS:
            for name in rule.stamps:
                if not self._scope.parameters[name].account:
                    self._problems.add("fees.key_missing", rule.at, key=f"account ({name})")
            return ""
        if rule.shape in (Shape.FREE, Shape.SAME_AS):
            return ""
        if written is None:
            self._problems.add("fees.key_missing", at, key="account")
            return ""
        code = self._problems.text(written)
        account = self._accounts.get(code)
        if account is None:
            self._problems.add("fees.account_unknown", written, name=code)
        elif (account.kind is AccountKind.TRUST) != (rule.shape is Shape.DEPOSIT):
            self._problems.add("fees.account_kind", written, name=code, shape=rule.shape.value)
        return code

    def _check_modifiers(self, rule: Term, modifiers: tuple[Term, ...]) -> None:
        allowed = SPECS[rule.shape].modifiers
        for term in modifiers:
            if term.shape not in allowed:
                self._problems.add(
                    "fees.modifier_here", term.at, modifier=term.shape.value, shape=rule.shape.value
                )
            counts = term.shape is Shape.LATE and rule.shape is not Shape.DEBT
            if counts and not term.quantities:
                self._problems.add("fees.argument_missing", term.at, shape="LATE", argument="count")


def _expanded(
    code: str, written: Mapping[str, _Written], above: tuple[str, ...], problems: Problems
) -> tuple[Line, ...]:
    """The lines of a service with SAME_AS written out in place."""
    lines: list[Line] = []
    for line in written[code].fees.lines:
        if line.rule.shape is not Shape.SAME_AS:
            lines.append(line)
            continue
        other = line.rule.service
        if other not in written:
            if not above:
                problems.add("fees.same_as_unknown", line.rule.at, service=other)
        elif other in (*above, code):
            path = (*above, code)
            if other == path[0] == min(path):
                problems.add("fees.cycle", line.rule.at, path=" → ".join((*path, other)))
        else:
            lines.extend(_expanded(other, written, (*above, code), problems))
    return tuple(lines)


def _check_lines(lines: tuple[Line, ...], problems: Problems) -> None:
    """Ids occur once, references lead to lines that carry a fee, and no line is worked out from itself."""
    by_id: dict[str, Line] = {}
    for line in lines:
        for name in line.rule.stamps or (line.id,):
            if name in by_id:
                problems.add("fees.line_twice", line.rule.at, name=name)
            by_id[name] = line
    for line in lines:
        for name in line.rule.of:
            target = by_id.get(name)
            usable = target is not None and SPECS[target.rule.shape].phase in (
                Phase.BASE,
                Phase.PERCENT_OF_FEE,
            )
            if not usable:
                problems.add("fees.line_unknown", line.rule.at, name=name)
    for line in lines:
        path = _circle(line.id, by_id, ())
        if path is not None and line.id == min(path):
            problems.add("fees.cycle", line.rule.at, path=" → ".join((*path, path[0])))


def _circle(name: str, by_id: Mapping[str, Line], above: tuple[str, ...]) -> tuple[str, ...] | None:
    """The lines of a circle through `name`, when there is one that starts at the first of `above`."""
    if name in above:
        return above if above[0] == name else None
    line = by_id.get(name)
    for target in line.rule.of if line is not None else ():
        path = _circle(target, by_id, (*above, name))
        if path is not None:
            return path
    return None
