"""`kiosk catalogue show`, `search` and `list`: read the shipped catalogue on the command line."""

from typing import Any

import click

from kiosk.catalogue_files import shipped_catalogue
from kiosk.commands.base import output, output_options
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.catalogue.model import Catalogue, Field, FieldType, PaperLine, Service, Text
from kiosk.core.catalogue.search import Search, by_family
from kiosk.core.errors import KnownError, Language

_MARKS = {
    "optional": ("إن وجد", "where there is one"),
    "later": ("يُستكمل لاحقًا", "may follow later"),
    "or": (" أو ", " or "),
    "if": ("حسب الحالة", "depends on the answers"),
    "not needed": ("اختياري", "optional"),
    "personal": ("بيان شخصي", "personal"),
}


@click.command()
@click.argument("code", metavar="CODE")
@output_options
def show(code: str) -> None:
    """عرض خدمة بكودها · show a service by its code."""
    catalogue = shipped_catalogue()
    service = catalogue.service(code)
    output().emit(
        _whole(service, catalogue), _page(service, catalogue, "ar"), _page(service, catalogue, "en")
    )


@click.command()
@click.argument("words", metavar="WORDS...", nargs=-1, required=True)
@click.option("--limit", default=10, type=click.IntRange(1, 100), help="أكثر عدد للنتائج · most results")
@output_options
def search(words: tuple[str, ...], limit: int) -> None:
    """البحث عن خدمة بكلمات الناس · find a service by everyday words."""
    catalogue, text = shipped_catalogue(), " ".join(words)
    hits = Search(catalogue).find(text, limit)
    if not hits:
        raise KnownError("catalogue.nothing_found", text=excerpt(text))
    found = [hit.service for hit in hits]
    payload = {
        "found": [{**_short(hit.service, catalogue), "score": hit.score} for hit in hits],
    }
    output().emit(payload, _lines(found, "ar"), _lines(found, "en"))


@click.command("list")
@output_options
def list_services() -> None:
    """قائمة الخدمات بأبوابها · all services by family."""
    catalogue = shipped_catalogue()
    families = by_family(catalogue)
    payload = {
        "version": catalogue.version.label,
        "services": [_short(one, catalogue) for found in families.values() for one in found],
    }
    output().emit(payload, _families(families, catalogue, "ar"), _families(families, catalogue, "en"))


def _families(families: Any, catalogue: Catalogue, language: Language) -> str:
    parts = []
    for family, services in families.items():
        parts += [catalogue.families[family].of(language), _lines(services, language), ""]
    return "\n".join(parts[:-1])


def _lines(services: list[Service], language: Language) -> str:
    return "\n".join(f"{_code(one.code, language)}  {one.name.of(language)}" for one in services)


def _code(code: str, language: Language) -> str:
    return ltr(code) if language == "ar" else code


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"ar": text.ar, "en": text.en}


def _short(service: Service, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "code": service.code,
        "family": service.family,
        "name": _both(service.name),
        "entity": _both(catalogue.entities[service.entity]),
        "counter_mode": service.counter_mode,
    }


def _whole(service: Service, catalogue: Catalogue) -> dict[str, Any]:
    return {
        **_short(service, catalogue),
        "version": catalogue.version.label,
        "days": service.turnaround.days,
        "days_basis": service.turnaround.basis,
        "tenders": list(service.tenders),
        "papers": [
            {
                "any_of": [
                    {"code": code, "name": _both(catalogue.papers[code].name)} for code in line.any_of
                ],
                "kind": line.kind or catalogue.papers[line.any_of[0]].kind,
                "copies": line.copies,
                "optional": line.optional,
                "later": line.later,
                "required_if": line.required_if.text if line.required_if else None,
            }
            for line in service.papers
        ],
        "papers_basis": service.papers_basis,
        "conditional_days": service.conditional.days if service.conditional else None,
        "fields": [
            {
                "name": one.name,
                "label": _both(one.label),
                "type": one.type,
                "required": one.required,
                "personal": one.personal,
                "visible_if": one.visible_if.text if one.visible_if else None,
                "options": [option.code for option in one.options],
            }
            for one in service.fields
        ],
        "gates": [
            {"text": _both(gate.text), "after": list(gate.after), "proof": list(gate.proof)}
            for gate in service.gates
        ],
        "time_limits": [
            {"days": one.days, "from": one.start, "text": _both(one.text)} for one in service.time_limits
        ],
        "warnings": [{"kind": one.kind, "text": _both(one.text)} for one in service.warnings],
        "must_not_claim": _both(catalogue.must_not_claim(service)),
        "appointment": _both(service.appointment),
        "mandate": service.mandate,
        "fresh_data": service.fresh_data,
    }


def _page(service: Service, catalogue: Catalogue, language: Language) -> str:
    ar = language == "ar"
    mode = catalogue.modes[service.counter_mode]
    days = str(service.turnaround.days)
    lines = [
        f"{_code(service.code, language)}  {service.name.of(language)}",
        catalogue.entities[service.entity].of(language),
        f"{'العمل هنا' if ar else 'At the counter'}: {mode.name.of(language)}",
        f"{'المدة بالأيام' if ar else 'Days'}: {_code(days, language)}",
        catalogue.must_not_claim(service).of(language),
    ]
    lines += [f"! {one.text.of(language)}" for one in service.warnings]
    lines += ["", "المستندات:" if ar else "Papers:"]
    lines += [f"- {_paper(line, catalogue, language)}" for line in service.papers]
    lines += ["", "البيانات:" if ar else "Fields:"]
    lines += [f"- {_field(one, language)}" for one in service.fields]
    return "\n".join(lines)


def _mark(name: str, language: Language) -> str:
    return _MARKS[name][0 if language == "ar" else 1]


def _with_marks(text: str, marks: list[str], language: Language) -> str:
    said = ("، " if language == "ar" else ", ").join(_mark(mark, language) for mark in marks)
    return f"{text} ({said})" if said else text


def _paper(line: PaperLine, catalogue: Catalogue, language: Language) -> str:
    names = _mark("or", language).join(catalogue.papers[code].name.of(language) for code in line.any_of)
    states = {"optional": line.optional, "later": line.later, "if": line.required_if is not None}
    return _with_marks(names, [name for name, holds in states.items() if holds], language)


def _field(one: Field, language: Language) -> str:
    text = one.label.of(language)
    if one.type is FieldType.CHOICE:
        options = " / ".join(option.label.of(language) for option in one.options)
        text = f"{text}: {options}"
    states = {"not needed": not one.required, "if": one.visible_if is not None, "personal": one.personal}
    return _with_marks(text, [name for name, holds in states.items() if holds], language)
