"""Makes the slip of the papers that a request taken on condition still lacks."""

from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.documents.model import PaperItem, PapersMissing
from kiosk.paperwork.origin import place_of
from kiosk.paperwork.reading import entry_of


def missing_papers_of(session: Session, seq: int, *, copy: int = 0) -> PapersMissing:
    """The slip of a request that was taken (its entry `seq`), from what the entry says."""
    db = session.store.db
    written, body = entry_of(db, seq, RequestTaken)
    place, trial = place_of(db)
    catalogue = session.reference.catalogue
    service = catalogue.services.get(body.service)
    try:
        name = session.store.persons.open(body.person.person).get("applicant_name", "")
    except KnownError as error:
        if error.code != "person.erased":
            raise
        name = ""

    def item(code: str) -> PaperItem:
        paper = catalogue.papers.get(code)
        return PaperItem(paper.name.ar if paper else code)

    return PapersMissing(
        place=place,
        issued=written.at,
        service=service.name.ar if service else body.service,
        missing=tuple(item(code) for code in body.papers.missing),
        present=tuple(item(code) for code in body.papers.given),
        staff=written.staff,
        citizen=name,
        tracking=body.tracking,
        deadline=body.conditional_until,
        copy=copy,
        training=trial,
    )
