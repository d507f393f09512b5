"""What the serving screen asks of the desk: functions of the Session that give back plain values. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.core.catalogue.answers import Surroundings
from kiosk.core.catalogue.model import Paper, PaperLine, Service, Text
from kiosk.core.catalogue.papers import checklist
from kiosk.core.errors import KnownError, Language

if TYPE_CHECKING:
    from kiosk.core.catalogue.search import Search
    from kiosk.desk.serve import RequestTyped
    from kiosk.desk.session import Session

DRAFT = "request"
"""The kind of draft that the form of a request is."""
_SEARCHES: "dict[int, Search]" = {}


@dataclass(frozen=True)
class Found:
    """One line of the search: a service, a family to look into, or a request by its number."""

    id: str
    title: str
    detail: str = ""
    icon: str = "serve"


@dataclass(frozen=True)
class Chosen:
    """A service with all that its pages show."""

    service: Service
    around: Surroundings
    names: Mapping[str, Paper]
    entity: Text
    must_not_claim: Text

    def papers(self, known: Mapping[str, str]) -> list[PaperLine]:
        """The checklist for these answers."""
        return checklist(self.service, known)


@dataclass(frozen=True)
class FeeRow:
    """One line of the fee: words, marks, amount in piastres; `later`: it is not paid today."""

    label: str
    marks: tuple[str, ...]
    piastres: int
    later: bool = False


@dataclass(frozen=True)
class Judged:
    """What the desk finds of a form. Amounts are piastres; `refusal` is why it cannot be taken."""

    refusal: KnownError | None
    problems: Mapping[str, KnownError]
    missing: tuple[str, ...]
    rows: tuple[FeeRow, ...]
    total: int
    due: int
    charged: bool
    sample: bool
    expired: bool
    until: date | None
    same_today: tuple[str, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True)
class TakenHere:
    """A request that was taken; `due` in piastres. `lacking`: papers that follow by `until`."""

    tracking: str
    entry: int
    due: int
    until: date | None
    result_on: date
    appointment: str
    lacking: tuple[str, ...]
    must_not_claim: str


@dataclass(frozen=True)
class DraftFound:
    """A form that was begun and kept."""

    code: str
    name: str
    saved: str
    content: Mapping[str, Any]


def find_services(text: str, family: str, language: Language) -> "Callable[[Session], list[Found]]":
    """Services by words or code; without words the families, or the services of one."""

    def work(session: "Session") -> list[Found]:
        from kiosk.core.catalogue.search import Search, by_family

        catalogue = session.reference.catalogue
        if not text.strip():
            if family:
                return [_service(one, catalogue.entities, language) for one in by_family(catalogue)[family]]
            return [Found(code, name.of(language), icon="next") for code, name in catalogue.families.items()]
        search = _SEARCHES.get(id(catalogue))
        if search is None:
            _SEARCHES.clear()
            search = _SEARCHES[id(catalogue)] = Search(catalogue)
        if text.strip().upper() in catalogue.services:
            return [_service(catalogue.services[text.strip().upper()], catalogue.entities, language)]
        return [_service(hit.service, catalogue.entities, language) for hit in search.find(text, limit=10)]

    return work


def _service(service: Service, entities: Mapping[str, Text], language: Language) -> Found:
    return Found(service.code, service.name.of(language), entities[service.entity].of(language))


def choose_service(code: str) -> "Callable[[Session], Chosen]":
    """Everything about a service that its pages need."""

    def work(session: "Session") -> Chosen:
        catalogue = session.reference.catalogue
        service = catalogue.service(code)
        around = session.reference.surroundings(session.today())
        named = {one: catalogue.papers[one] for line in service.papers for one in line.any_of}
        return Chosen(
            service, around, named, catalogue.entities[service.entity], catalogue.must_not_claim(service)
        )

    return work


def judge(typed: "RequestTyped", language: Language) -> "Callable[[Session], Judged]":
    """Judge a form; nothing is written."""

    def work(session: "Session") -> Judged:
        from kiosk.desk.serve import check_request
        from kiosk.desk.serve_fees import LATER

        check = check_request(session, typed)
        quote = check.fee.quote if check.fee else None
        marks = {line.id: line.marks(language) for line in quote.lines} if quote else {}
        labels = {line.id: Text(line.label.ar, line.label.en) for line in quote.lines} if quote else {}
        rows = [
            FeeRow(
                labels[line.label].of(language),
                marks.get(line.label, ()),
                line.piastres,
                later=line.kind == LATER,
            )
            for line in (check.fee.lines if check.fee else ())
        ]
        return Judged(
            refusal=check.refusal(),
            problems=check.problems,
            missing=tuple(one.name.of(language) for one in check.slip.missing),
            rows=tuple(rows),
            total=check.fee.total if check.fee else 0,
            due=check.fee.due if check.fee and check.charged else 0,
            charged=check.charged,
            sample=any(line.sample for line in check.fee.lines) if check.fee else False,
            expired=bool(quote and quote.expired),
            until=check.papers.until,
            same_today=check.same_today,
            limits=tuple(one.limit.text.of(language) for one in check.time_limits),
        )

    return work


def take(typed: "RequestTyped", language: Language) -> "Callable[[Session], TakenHere]":
    """Take the request; its draft goes, the slip of papers that follow is printed."""

    def work(session: "Session") -> TakenHere:
        from kiosk.desk.serve import take_request
        from kiosk.paperwork.printing import ask_papers_slip
        from kiosk.store.drafts import discard_draft

        done = take_request(session, typed)
        discard_draft(session.store.db, session.staff, DRAFT)
        if done.until is not None:
            ask_papers_slip(session, done.link.seq)
        return TakenHere(
            tracking=done.tracking,
            entry=done.link.seq,
            due=done.due,
            until=done.until,
            result_on=done.result_on,
            appointment=done.appointment.of(language) if done.appointment else "",
            lacking=tuple(one.name.of(language) for one in done.slip.missing) if done.until else (),
            must_not_claim=done.must_not_claim.of(language),
        )

    return work


def save(content: Mapping[str, Any]) -> "Callable[[Session], None]":
    """Keep the form as it stands."""

    def work(session: "Session") -> None:
        from kiosk.store.drafts import save_draft

        save_draft(session.store.db, session.staff, DRAFT, content, session.moment().at)

    return work


def discard(session: "Session") -> None:
    """Drop the kept form."""
    from kiosk.store.drafts import discard_draft

    discard_draft(session.store.db, session.staff, DRAFT)


def draft_of(language: Language) -> "Callable[[Session], DraftFound | None]":
    """The kept form of the person at work; none when its service is no longer offered."""

    def work(session: "Session") -> DraftFound | None:
        from kiosk.store.drafts import read_draft
        from kiosk.ui.desk_access import local_text

        found = read_draft(session.store.db, session.staff, DRAFT)
        if found is None:
            return None
        service = session.reference.catalogue.services.get(str(found.content.get("service", "")))
        if service is None:
            return None
        offset = session.moment().local(money=False).offset
        return DraftFound(
            service.code, service.name.of(language), local_text(found.saved_at, offset), found.content
        )

    return work
