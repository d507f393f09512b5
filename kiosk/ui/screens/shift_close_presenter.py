"""Closing a shift: a blind count, a recount, the result, the parting of the cash, and the Z. No Qt.

The counts are entries: after a crash or a lock the close goes on where it stopped. Until the count is final
nothing here knows an expected figure, and a recount is asked for without saying by how much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds, parse_money
from kiosk.core.roles import Right
from kiosk.ui.count_sheet import Piece, countable
from kiosk.ui.presenter import Context, Errors, FieldError, Once
from kiosk.ui.screens.approval_presenter import ApprovalTask, Fact
from kiosk.ui.screens.report_lines import difference, money, signed_money
from kiosk.ui.screens.shift_open_presenter import COUNT_ERRORS
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.reports import Report
    from kiosk.desk.session import Session
    from kiosk.desk.shift_close import Closing

Step = Literal["", "count", "recount", "result", "part"]
STEPS: tuple[Step, ...] = ("count", "recount", "result", "part")
FIELD_OF = {"typed.seal": "seal", "slip.card_number": "seal", "typed.remark": "remark"}
FIELD_OF |= {"entry.personal_text": "remark", "shifts.kept_and_handed": "kept"}
"""Mistakes that the act finds, and the field they belong to."""


@dataclass(frozen=True)
class Known:
    """How far the close is, as plain values from the worker; amounts in piastres, None while blind."""

    shift: int
    staff: str
    step: Step
    total: int | None
    expected: int | None
    over_short: int | None
    needs_supervisor: bool
    may_close_alone: bool
    reasons: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ShiftCloseState:
    """What the screen shows. `facts` are the result; `handed` says what goes into the bag, '' unknown yet.

    `alone` are the words of the button that closes without a supervisor, '' where there is none; `means`
    says, once it was pressed, what that leads to.
    """

    step: Step = ""
    of_another: str = ""
    pieces: tuple[Piece, ...] = ()
    facts: tuple[Fact, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    supervisor: bool = False
    handed: str = ""
    act: str = ""
    alone: str = ""
    means: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Parted:
    """What is typed of the parting: kept amount, seal, remark."""

    kept: str = ""
    seal: str = ""
    remark: str = ""


class ShiftClosePresenter:
    """Counts, then closes; each is written once."""

    def __init__(self, context: Context, view: TaskView[ShiftCloseState]) -> None:
        self._context, self._view = context, view
        self._once = Once()
        self._known: Known | None = None
        self._counted = 0
        self._sure = False
        self.state = ShiftCloseState()

    # --- where the close stands

    def arrive(self) -> None:
        """Read how far the close is; what was typed stays."""
        language = self._context.texts.language
        self._context.desk.ask(lambda session: known(session, language), self._read, self._refused)

    def back(self) -> bool:
        """From the parting to the result; the counts are written and cannot be gone back to."""
        if self.state.step != "part" or self.state.busy:
            return False
        self._sure = False
        self._show(replace(self.state, step="result"))
        return True

    # --- counting

    def counted(self, total: int) -> None:
        """The count on the screen has changed (piastres)."""
        self._counted = total
        self._show(self.state)

    def count(self, counts: Mapping[str, int]) -> None:
        """Write the count."""
        if self._once.begin() is None:
            return
        self._begin()
        pieces, language = dict(counts), self._context.texts.language

        def work(session: "Session") -> Known:
            from kiosk.desk.shift_close import count

            count(session, pieces)
            return known(session, language)

        self._context.desk.act(work, self._written, self._failed)

    def _written(self, now: Known) -> None:
        self._once.finished()
        self._counted = 0
        self._read(now)

    # --- the result and the parting

    def choose_reason(self, code: str) -> None:
        """A reason for the difference was chosen."""
        self._show(replace(self.state, reason=code))

    def go_on(self) -> None:
        """The result was read: go to the parting, with a reason for a difference."""
        now = self._known
        if now is None or now.over_short is None:
            return
        if now.over_short and not self.state.reason:
            error = self._context.texts.error(KnownError("pick.reason"))
            self._view.show_errors([FieldError("reason", error)])
            self._show(self.state)
            return
        self._view.show_errors(())
        self._show(replace(self.state, step="part"))

    def parting(self, kept: str) -> None:
        """What stays in the drawer is being typed: say what goes into the bag."""
        now, texts = self._known, self._context.texts
        if self.state.step != "part":
            return
        handed = ""
        if now is not None and now.total is not None and kept.strip():
            try:
                left = now.total - parse_money(kept)
            except KnownError:
                left = -1
            handed = money(texts, left) if left >= 0 else ""
        self._show(replace(self.state, handed=handed))

    def close(self, typed: Parted) -> None:
        """Close the shift; a difference beyond the hard limit is signed by a supervisor first."""
        now, made = self._made(typed)
        if now is None or made is None:
            return
        if now.needs_supervisor:
            self._ask_supervisor(now, made)
        else:
            self._close(now, made)

    def close_alone(self, typed: Parted) -> None:
        """No supervisor is at hand: the first press says what that means, the second closes unapproved."""
        now, made = self._made(typed)
        if now is None or made is None or not (now.needs_supervisor and now.may_close_alone):
            return
        if not self._sure:
            self._sure = True
            self._show(self.state)
            return
        self._close(now, (*made, True))

    def _made(self, typed: Parted) -> tuple[Known | None, tuple[Any, ...] | None]:
        """What the close is to say, or None while something typed is wrong."""
        now, texts = self._known, self._context.texts
        if now is None or now.total is None or self._once.under_way:
            return now, None
        errors = Errors(texts)
        kept = errors.take("kept", lambda: parse_money(typed.kept))
        if kept is not None and kept > now.total:
            over = KnownError(
                "pick.kept_more",
                kept=format_pounds(kept, texts.language),
                counted=format_pounds(now.total, texts.language),
            )
            errors.add("kept", over)
        self._view.show_errors(errors.found)
        if errors or kept is None:
            self._show(self.state)
            return now, None
        return now, (kept, typed.seal or None, self.state.reason or None, typed.remark or None)

    def _close(self, now: Known, made: tuple[Any, ...]) -> None:
        if self._once.begin() is None:
            return
        self._begin()
        shift = now.shift

        def work(session: "Session") -> "Report":
            from kiosk.desk.shift_close import close

            return close(session, _closing(made), shift=shift)

        self._context.desk.act(work, self._closed, self._failed)

    def _ask_supervisor(self, now: Known, made: tuple[Any, ...]) -> None:
        texts, shift = self._context.texts, now.shift

        def propose(session: "Session", code: str) -> "Proposal":
            from kiosk.desk.shift_close import propose_close

            return propose_close(session, _closing(made), code)

        def commit(session: "Session", approval: "Approval") -> "Report":
            from kiosk.desk.shift_close import close

            return close(session, _closing(made), approval=approval, shift=shift)

        self._show(self.state)
        task = ApprovalTask(
            title=texts("shift_close.supervisor"),
            act=texts("shift_close.sign"),
            right=Right.DIFFERENCE_APPROVE,
            propose=propose,
            facts=self._signed_facts,
            commit=commit,
            done=self._closed,
        )
        self._context.go.go("approval", task=task)

    def _signed_facts(self, proposal: "Proposal") -> Sequence[Fact]:
        texts, plain = self._context.texts, proposal.plain
        reasons = dict(self._known.reasons) if self._known else {}
        reason = plain.get("reason")
        facts = [
            Fact(texts("shift_close.z"), texts.data(plain["z"])),
            Fact(texts("report.expected"), signed_money(texts, plain["expected"])),
            Fact(texts("shift_close.counted"), money(texts, plain["counted"])),
            Fact(texts("report.difference"), difference(texts, plain["over_short"]), strong=True),
        ]
        if reason:
            facts.append(Fact(texts("shift_close.reason"), texts.data(reasons.get(reason, reason))))
        facts.append(Fact(texts("report.kept"), money(texts, plain["kept"])))
        facts.append(Fact(texts("report.bag"), money(texts, plain["handed"])))
        if plain.get("seal"):
            facts.append(Fact(texts("shift_close.seal"), texts.data(plain["seal"])))
        return facts

    def _closed(self, report: "Report") -> None:
        self._once.finished()
        self._known = None
        self._sure = False
        self._counted = 0
        self._show(ShiftCloseState())
        self._context.go.home()
        self._context.go.go("report", report=report, closed=True)

    # --- inside

    def _begin(self) -> None:
        self._view.show_errors(())
        self._show(replace(self.state, busy=True))

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._show(replace(self.state, busy=False))
        texts = self._context.texts
        field = "count" if error.code in COUNT_ERRORS else FIELD_OF.get(error.code, "")
        if field:
            self._view.show_errors([FieldError(field, texts.error(error))])
        else:
            self._view.say_error(error)
        if error.code in ("shifts.supervisor_needed", "shifts.one_recount_only", "shifts.recount_needed"):
            self.arrive()

    def _refused(self, error: KnownError) -> None:
        self._show(ShiftCloseState())
        self._view.say_error(error)

    def _read(self, now: Known) -> None:
        known_before, self._known = self._known, now
        step: Step = now.step
        if step == "result" and self.state.step == "part" and known_before == now:
            step = "part"
        me = self._context.desk.on_duty
        self._show(
            replace(
                self.state,
                step=step,
                of_another=now.staff if me is not None and now.staff != me.code else "",
                pieces=now.pieces,
                facts=self._result(now),
                reasons=now.reasons if now.over_short else (),
                supervisor=now.needs_supervisor,
                busy=False,
            )
        )

    def _result(self, now: Known) -> tuple[Fact, ...]:
        texts = self._context.texts
        if now.total is None or now.expected is None or now.over_short is None:
            return ()
        return (
            Fact(texts("report.expected"), signed_money(texts, now.expected)),
            Fact(texts("shift_close.counted"), money(texts, now.total)),
            Fact(texts("report.difference"), difference(texts, now.over_short), strong=True),
        )

    def _show(self, state: ShiftCloseState) -> None:
        texts = self._context.texts
        act = ""
        if state.step in ("count", "recount"):
            act = texts("shift_close.do_count", amount=format_pounds(self._counted, texts.language))
        elif state.step == "result":
            act = texts("shift_close.go_on")
        elif state.step == "part":
            act = texts("shift_close.to_supervisor" if state.supervisor else "shift_close.do_close")
        alone = ""
        if state.step == "part" and state.supervisor and self._known is not None:
            words = "shift_close.alone_sure" if self._sure else "shift_close.alone"
            alone = texts(words) if self._known.may_close_alone else ""
        means = texts("shift_close.alone_means") if alone and self._sure else ""
        self.state = replace(state, act=act, alone=alone, means=means)
        self._view.show_state(self.state)


def known(session: "Session", language: Literal["ar", "en"]) -> Known:
    """How far the close is; runs in the worker. Raises what `standing` raises."""
    from kiosk.core.shift_close import Step as CloseStep
    from kiosk.desk.shift_close import standing

    now = standing(session)
    steps: dict[CloseStep, Step] = {
        CloseStep.COUNT: "count",
        CloseStep.RECOUNT: "recount",
        CloseStep.FINAL: "result",
    }
    arabic = language == "ar"
    return Known(
        shift=now.shift,
        staff=now.staff,
        step=steps[now.next],
        total=now.total,
        expected=now.expected,
        over_short=now.over_short,
        needs_supervisor=now.needs_supervisor,
        may_close_alone=now.may_close_alone,
        reasons=tuple(
            (one.code, one.name_ar if arabic else one.name_en) for one in now.policy.difference_reasons
        ),
        pieces=countable(session, language),
    )


def _closing(made: tuple[Any, ...]) -> "Closing":
    from kiosk.desk.shift_close import Closing

    kept, seal, reason, remark, *alone = made
    return Closing(kept=kept, seal=seal, reason=reason, remark=remark, no_approver=bool(alone))
