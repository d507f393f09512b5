"""Reads what services share: families, entities, modes, papers, fields, groups, gates and the version."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from kiosk.core.catalogue.form_items import FormReader, Placed, read_field
from kiosk.core.catalogue.model import (
    Basis,
    CounterMode,
    Gate,
    Mode,
    Paper,
    PaperKind,
    Text,
    Version,
)
from kiosk.core.catalogue.reading import Problems, Reader, nearest, text_of, word_of
from kiosk.core.marked import Marked

SHARED_FILES: Final = (
    "version.yaml",
    "families.yaml",
    "entities.yaml",
    "modes.yaml",
    "papers.yaml",
    "fields.yaml",
    "groups.yaml",
    "gates.yaml",
)
"""Files of the catalogue folder beside `services/`."""

GATE_KEYS: Final = ("ar", "en", "after", "proof", "applies_if", "basis")

Made = TypeVar("Made")


@dataclass
class Shared:
    """Everything that services refer to by a code; `places` says where each code is written."""

    version: Version = field(default_factory=lambda: Version("", ""))
    families: Mapping[str, Text] = field(default_factory=dict)
    entities: Mapping[str, Text] = field(default_factory=dict)
    modes: Mapping[str, Mode] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    fields: Mapping[str, Placed] = field(default_factory=dict)
    groups: Mapping[str, list[Placed]] = field(default_factory=dict)
    gates: Mapping[str, tuple[Gate, Marked]] = field(default_factory=dict)
    places: dict[tuple[str, str], Marked] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def use(self, what: str, code: str) -> None:
        """Remember that a service refers to a code, so that codes nobody needs can be told."""
        self.used.add((what, code))


def read_shared(files: Mapping[str, Marked], problems: Problems) -> Shared:
    """Read the shared files by name; a file that is not there reads as empty."""
    shared = Shared()

    def table(what: str, name: str, read: Callable[[str, Marked], Made | None]) -> dict[str, Made]:
        root = files.get(name)
        found: dict[str, Made] = {}
        for code, at in (Reader(root, root.map or (), problems).map if root else {}).items():
            shared.places[what, code] = at
            made = read(code, at)
            if made is not None:
                found[code] = made
        return found

    shared.version = _version(files["version.yaml"], problems) if "version.yaml" in files else shared.version
    shared.families = table("family", "families.yaml", lambda _, at: text_of(at, problems))
    shared.entities = table("entity", "entities.yaml", lambda _, at: text_of(at, problems))
    shared.modes = table("mode", "modes.yaml", lambda code, at: _mode(code, at, problems))
    shared.papers = table("paper", "papers.yaml", lambda code, at: _paper(code, at, problems))
    shared.fields = table("field", "fields.yaml", lambda code, at: read_field(at, problems, code))
    inside = FormReader(shared.fields, {}, problems)
    shared.groups = table("group", "groups.yaml", lambda code, at: _group(code, at, inside, problems))
    shared.used |= inside.used
    shared.gates = table("gate", "gates.yaml", lambda code, at: _shared_gate(code, at, shared, problems))
    if "modes.yaml" in files:
        for mode in CounterMode:
            if mode not in shared.modes:
                problems.add("missing_key", files["modes.yaml"], key=mode)
    return shared


def _version(at: Marked, problems: Problems) -> Version:
    reader = Reader(at, ("label", "date", "sample"), problems)
    label, day = reader.word("label") or "", reader.word("date") or ""
    if day and not _is_date(day):
        problems.add("not_a_date", reader.place("date"), value=day)
    if label and not re.fullmatch(r"[0-9A-Za-z.\-]{1,20}", label):
        problems.add("version_label", reader.place("label"), value=label)
    return Version(label, day, sample=reader.yes_no("sample", default=False))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _mode(code: str, at: Marked, problems: Problems) -> Mode | None:
    reader = Reader(at, ("name", "must_not_claim"), problems)
    if code not in list(CounterMode):
        problems.add("unknown_mode", at, name=code, nearest=nearest(code, list(CounterMode)))
    name, claim = reader.both("name"), reader.both("must_not_claim")
    return Mode(name, claim) if name and claim else None


def _paper(code: str, at: Marked, problems: Problems) -> Paper | None:
    reader = Reader(at, ("ar", "en", "kind", "note"), problems)
    if at.map is None:
        return None
    kind = reader.one_of("kind", PaperKind, needed=False) or PaperKind.COPY
    return Paper(code, reader.label(), kind, reader.both("note", needed=False))


def _group(code: str, at: Marked, inside: FormReader, problems: Problems) -> list[Placed]:
    if at.items is None:
        problems.add("not_a_list", at, key=code)
        return []
    return inside.read(at.items)


def _shared_gate(code: str, at: Marked, shared: Shared, problems: Problems) -> tuple[Gate, Marked] | None:
    if at.map is None:
        problems.add("not_a_map", at)
        return None
    return read_gate(code, Reader(at, GATE_KEYS, problems), shared), at


def read_gate(code: str, reader: Reader, shared: Shared) -> Gate:
    """Read one gate; the services it names are checked once all of them are read."""
    after = tuple(word for at in reader.list_of("after") if (word := word_of(at, reader.problems, "after")))
    proof = []
    for at in reader.list_of("proof"):
        word = word_of(at, reader.problems, "proof")
        if word and word not in shared.papers:
            reader.problems.add("unknown_paper", at, name=word, nearest=nearest(word, shared.papers))
        if word:
            shared.use("paper", word)
            proof.append(word)
    if not after and not proof and reader.map:
        reader.problems.add("gate_without_key", reader.at)
    return Gate(
        code,
        reader.label(),
        after,
        tuple(proof),
        reader.condition("applies_if"),
        reader.one_of("basis", Basis, needed=False) or Basis.GENERAL,
    )
