"""Serving a citizen: service, papers, form, fee, then the payment. One citizen at a time. No Qt."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.catalogue.model import Field, PaperLine
from kiosk.core.errors import BugError, KnownError, Language
from kiosk.core.money import format_pounds
from kiosk.ui.presenter import Context, Errors, FieldError, Once
from kiosk.ui.screens.serve_form import AGAIN, Filling, field_view, pages_of, usual_answers
from kiosk.ui.screens.serve_reading import (
    Chosen,
    DraftFound,
    Found,
    Judged,
    TakenHere,
    choose_service,
    discard,
    draft_of,
    find_services,
    judge,
    save,
    take,
)
from kiosk.ui.screens.serve_state import PaperView, ServeState, ServeView
from kiosk.ui.screens.serve_words import done_rows, fee_view, paper_view, tone

if TYPE_CHECKING:
    from kiosk.desk.serve import RequestTyped

ROWS, FAMILIES = 4, 15
"""Services and sections in sight at once; more are a page further."""


class ServePresenter:
    """Leads from the search to the payment; what was typed is kept as a draft after each page."""

    def __init__(self, context: Context, view: ServeView) -> None:
        self._context, self._view = context, view
        self.state = ServeState()
        self._once = Once()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._chosen: Chosen | None = None
        self._filling: Filling | None = None
        self._given: set[int] = set()
        self._judged: Judged | None = None
        self._all: list[Found] = []
        self._first_row = 0
        self._asked = 0
        self._draft: DraftFound | None = None

    # --- arriving

    def arrive(self, *, new: bool = False) -> None:
        """Go on with the form that is open, or begin with the search."""
        if self._chosen is not None and self.state.step != "done" and not new:
            self._show(self.state)
            return
        self._begin_anew()
        self._show(ServeState())
        self.search("")
        self._context.desk.ask(draft_of(self._language), self._draft_found, self._view.say_error)

    def _draft_found(self, draft: DraftFound | None) -> None:
        self._draft = draft
        if draft is not None:
            words = self._context.texts("serve.draft", service=draft.name, saved=draft.saved)
            self._show(replace(self.state, draft=words))

    def resume_draft(self) -> None:
        """Go on with the kept form."""
        if self._draft is not None:
            kept = self._draft
            self._context.desk.ask(
                choose_service(kept.code),
                lambda chosen: self._resumed(chosen, kept),
                self._view.say_error,
            )

    def _resumed(self, chosen: Chosen, kept: DraftFound) -> None:
        self._take_up(chosen)
        if self._filling is not None:
            answers = {str(name): str(text) for name, text in kept.content.get("answers", {}).items()}
            known = {one.name for one in chosen.service.fields}
            answers = {name: text for name, text in answers.items() if name in known}
            self._filling = replace(self._filling, answers={**self._filling.answers, **answers})
        self._given = {int(at) for at in kept.content.get("papers", [])}
        self._show_papers()

    def drop_draft(self) -> None:
        """Do not go on with the kept form."""
        self._draft = None
        self._show(replace(self.state, draft=""))
        self._context.desk.act(discard, lambda _none: None, self._view.say_error)

    # --- search

    def search(self, text: str, *, family: str = "") -> None:
        """Words were typed: the services that have them, best first."""
        self._asked += 1
        asked = self._asked

        def told(found: list[Found]) -> None:
            if asked == self._asked:
                self._all, self._first_row = found, 0
                self._show_found(family)

        self._context.desk.ask(find_services(text, family, self._language), told, self._view.say_error)

    def scanned(self, text: str) -> None:
        """A code was scanned: the service itself, or a request that was taken and not paid."""
        if self.state.step != "search":
            return
        if "-" in text and text.rpartition("-")[2].isdigit() and text.upper().startswith("D"):
            self.open_request(text)
            return
        self._context.desk.ask(
            choose_service(text.strip().upper()), self._service_told, lambda _error: self.search(text)
        )

    def open_request(self, tracking: str) -> None:
        """A request that was taken before is paid now."""
        self._context.go.go("pay", tracking=tracking.strip().upper())

    def more(self) -> None:
        """The next rows."""
        further = self._first_row + self._rows
        self._first_row = further if further < len(self._all) else 0
        self._show_found(self.state.family)

    def open_first(self) -> None:
        """Enter: the best match."""
        if self.state.found:
            self.choose(self.state.found[0].id)

    def choose(self, id: str) -> None:  # noqa: A002 - the row's word for it
        """A row was touched: a family opens its services, a service its papers."""
        chosen = next((one for one in self.state.found if one.id == id), None)
        if chosen is not None and chosen.icon == "next":
            self.search("", family=id)
            return
        self._context.desk.ask(choose_service(id), self._service_told, self._view.say_error)

    def _show_found(self, family: str) -> None:
        rows, more = self._rows, ""
        shown = tuple(self._all[self._first_row : self._first_row + rows])
        if len(self._all) > rows:
            page, pages = self._first_row // rows + 1, -(-len(self._all) // rows)
            more = self._context.texts("serve.more", page=page, pages=pages)
        self._show(replace(self.state, step="search", found=shown, more=more, family=family))

    @property
    def _rows(self) -> int:
        return FAMILIES if self._all and self._all[0].icon == "next" else ROWS

    def _service_told(self, chosen: Chosen) -> None:
        self._take_up(chosen)
        self._show_papers()

    def _take_up(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._filling = Filling(chosen.service, chosen.around, usual_answers(chosen.service), {})
        self._given = set()
        self._judged = None

    # --- papers

    def _show_papers(self) -> None:
        chosen, texts = self._require(), self._context.texts
        service = chosen.service
        self._show(
            replace(
                self.state,
                step="papers",
                draft="",
                service=service.name.of(self._language),
                detail=texts(
                    "serve.service_detail",
                    code=service.code,
                    entity=chosen.entity.of(self._language),
                    days=service.turnaround.days,
                ),
                warnings=tuple(
                    (tone(one.kind), texts.data(one.text.of(self._language))) for one in service.warnings
                ),
                must_not_claim=texts.data(chosen.must_not_claim.of(self._language)),
                papers=tuple(self._paper(at, line) for at, line in self._lines()),
                act=texts("serve.all_given") if self._lacking() else texts("serve.to_form"),
            )
        )

    def _lines(self) -> list[tuple[int, PaperLine]]:
        """The lines of the checklist that count now, with their places in the service's list."""
        chosen, filling = self._require(), self._require_filling()
        counted = chosen.papers(filling.state().known)
        return [(at, line) for at, line in enumerate(chosen.service.papers) if line in counted]

    def _lacking(self) -> bool:
        return any(not line.optional and at not in self._given for at, line in self._lines())

    def _paper(self, at: int, line: PaperLine) -> PaperView:
        return paper_view(self._require(), self._context.texts, at, line, given=at in self._given)

    def toggle_paper(self, at: int) -> None:
        """A paper is here, or is not."""
        self._given ^= {at}
        self._show_papers()

    def papers_given(self) -> None:
        """Every paper is here: on to the form."""
        self._given |= {at for at, line in self._lines() if not line.optional}
        self.to_form()

    def to_form(self) -> None:
        """On to the form with the papers that are marked; what must be here is asked for."""
        missing = self._missing_now()
        if missing:
            names = "، ".join(missing) if self._language == "ar" else ", ".join(missing)
            self._view.say_error(KnownError("request.papers_missing", count=len(missing), papers=names))
            return
        self._save()
        self._show_form(0)

    def _missing_now(self) -> list[str]:
        may_follow = self._require().service.conditional is not None
        return [
            self._paper(at, line).name
            for at, line in self._lines()
            if at not in self._given and not line.optional and not (line.later and may_follow)
        ]

    # --- form

    def answer(self, name: str, typed: str) -> None:
        """Something was typed or chosen; fields that hang on it come and go."""
        filling = self._require_filling()
        if name.endswith(AGAIN):
            self._filling = filling.with_second(name.removesuffix(AGAIN), typed)
            return
        if filling.answers.get(name) == typed:
            return
        before = [one.name for one in filling.state().fields]
        self._filling = filling.with_answer(name, typed)
        if [one.name for one in self._filling.state().fields] != before:
            self._show_form(self.state.page)

    def next_page(self) -> None:
        """The page is filled: the next one, or the fee."""
        wrong = self._page_errors()
        self._view.show_errors(wrong)
        if wrong:
            return
        self._save()
        if self.state.page + 1 < len(self._pages()):
            self._show_form(self.state.page + 1)
            return
        self._context.desk.ask(judge(self._typed(), self._language), self._judged_told, self._view.say_error)

    def _page_errors(self) -> list[FieldError]:
        filling, errors = self._require_filling(), Errors(self._context.texts)
        here = {one.name for one in self._pages()[self.state.page]} if self._pages() else set()
        asked = {one.name for one in self.state.fields if one.again}
        doubted = set(filling.in_doubt())
        found = {name: error for name, error in filling.problems().items() if name in here}
        if doubted & here - asked:
            self._show_form(self.state.page)
        for name, error in found.items():
            errors.add(name + AGAIN if name in doubted else name, error)
        return errors.found

    def _pages(self) -> tuple[tuple[Field, ...], ...]:
        return pages_of(self._require_filling().state().fields)

    def _show_form(self, page: int) -> None:
        filling, texts = self._require_filling(), self._context.texts
        pages = pages_of(filling.state().fields)
        page = max(0, min(page, len(pages) - 1))
        doubted = filling.in_doubt()
        yes_no = (texts("serve.answer_yes"), texts("serve.answer_no"))
        self._show(
            replace(
                self.state,
                step="form",
                page=page,
                page_words=texts("serve.page", page=page + 1, pages=len(pages)) if len(pages) > 1 else "",
                fields=tuple(
                    field_view(
                        one,
                        filling.answers,
                        self._language,
                        yes_no=yes_no,
                        optional=texts("serve.optional"),
                        again=one.name in doubted,
                        second=filling.confirmed.get(one.name, ""),
                    )
                    for one in (pages[page] if pages else ())
                ),
                act=texts("serve.to_page") if page + 1 < len(pages) else texts("serve.to_fee"),
            )
        )

    # --- fee

    def _judged_told(self, judged: Judged) -> None:
        self._judged = judged
        if judged.problems:
            self._lead_to_problem(judged)
            return
        if judged.refusal is not None:
            if judged.refusal.code == "request.papers_missing":
                self._show_papers()
            self._view.say_error(judged.refusal)
            return
        self._show_fee(judged)

    def _lead_to_problem(self, judged: Judged) -> None:
        names = list(judged.problems)
        for at, page in enumerate(pages_of(self._require_filling().state().fields)):
            if any(one.name in names for one in page):
                self._show_form(at)
                break
        errors = Errors(self._context.texts)
        for name, error in judged.problems.items():
            errors.add(name, error)
        self._view.show_errors(errors.found)

    def _show_fee(self, judged: Judged) -> None:
        texts = self._context.texts
        due = format_pounds(judged.due, self._language)
        act = texts("serve.take_and_pay", amount=due) if judged.due else texts("serve.take")
        self._show(replace(self.state, step="fee", fee=fee_view(judged, texts), act=act))

    def take(self) -> None:
        """Take the request; a second fast tap finds it under way."""
        if self._once.begin() is None:
            return
        self._context.desk.act(take(self._typed(), self._language), self._taken, self._refused)

    def _taken(self, done: TakenHere) -> None:
        self._once.finished()
        self._view.ready()
        service = self.state.service
        self._begin_anew()
        if done.due:
            self._show(ServeState())
            self._context.go.go("pay", tracking=done.tracking)
            return
        self._show(
            ServeState(
                step="done",
                service=service,
                done=done_rows(done, self._context.texts),
                must_not_claim=self._context.texts.data(done.must_not_claim),
                act=self._context.texts("serve.next_citizen"),
            )
        )

    def _refused(self, error: KnownError) -> None:
        self._once.failed()
        self._view.ready()
        self._view.say_error(error)

    # --- everywhere

    def go_on(self) -> None:
        """The button that goes on was pressed."""
        steps: dict[str, Callable[[], None]] = {
            "search": self.open_first,
            "papers": self.papers_given if self._chosen and self._lacking() else self.to_form,
            "form": self.next_page,
            "fee": self.take,
            "done": lambda: self.arrive(new=True),
        }
        steps[self.state.step]()

    def go_back(self) -> bool:
        """A step back; False from the search, which leaves the screen."""
        if self.state.step == "fee":
            self._show_form(len(self._pages()) - 1)
        elif self.state.step == "form" and self.state.page:
            self._show_form(self.state.page - 1)
        elif self.state.step == "form":
            self._show_papers()
        elif self.state.step == "papers":
            self._begin_anew()
            self._show(ServeState())
            self.search("")
        elif self.state.step == "search" and self.state.family:
            self.search("")
        else:
            return False
        return True

    def _typed(self) -> "RequestTyped":
        from kiosk.desk.serve import RequestTyped

        chosen, filling = self._require(), self._require_filling()
        visible = {one.name for one in filling.state().fields}
        papers = [line.any_of[0] for at, line in self._lines() if at in self._given]
        return RequestTyped(
            chosen.service.code,
            {name: text for name, text in filling.answers.items() if name in visible},
            papers,
            {name: text for name, text in filling.confirmed.items() if text.strip()},
        )

    def _save(self) -> None:
        filling = self._require_filling()
        content = {
            "service": self._require().service.code,
            "answers": dict(filling.answers),
            "papers": sorted(self._given),
        }
        self._context.desk.ask(save(content), lambda _none: None, self._view.say_error)

    def _require(self) -> Chosen:
        if self._chosen is None:
            raise BugError("a step of a request without its service")
        return self._chosen

    def _require_filling(self) -> Filling:
        if self._filling is None:
            raise BugError("a step of a request without its service")
        return self._filling

    @property
    def _language(self) -> Language:
        return self._context.texts.language

    def _show(self, state: ServeState) -> None:
        self.state = state
        self._view.show_state(state)
