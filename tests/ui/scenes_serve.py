"""Scenes of serving a citizen: search, papers, form, fee, and a request without a fee."""

from collections.abc import Callable

from tests.desk.forms import ADDRESS, MOBILE, NAME, NUMBER
from tests.ui.scenes import with_shift
from tests.ui.stage import Stage

SERVICE = "CRT-01"
IN_DOUBT = "29001011234565"


def serve_families(stage: Stage) -> None:
    """Nothing typed yet."""
    with_shift(stage)
    stage.go("serve")


def serve_search(stage: Stage) -> None:
    """Words typed."""
    serve_families(stage)
    stage.type("رخصة")


def serve_papers(stage: Stage) -> None:
    """A service with many papers and warnings, some here."""
    serve_families(stage)
    stage.scan("SHP-01")
    for name in list(stage.screen.presenter.state.papers)[:3]:
        stage.screen.presenter.toggle_paper(name.at)


def serve_form(stage: Stage, service: str = SERVICE) -> None:
    """The first page of the form, half filled."""
    serve_families(stage)
    stage.scan(service)
    stage.tap(stage.screen.go_button)
    fill(stage, applicant_name=NAME, national_number=NUMBER)


def serve_form_wrong(stage: Stage) -> None:
    """A number in doubt, an address missing."""
    serve_families(stage)
    stage.scan(SERVICE)
    stage.tap(stage.screen.go_button)
    fill(stage, applicant_name=NAME, national_number=IN_DOUBT)
    stage.tap(stage.screen.go_button)


def serve_form_keys(stage: Stage) -> None:
    """Letters on the screen."""
    serve_form(stage)
    stage.press("F7")


def serve_fee(stage: Stage, service: str = SERVICE) -> None:
    """The fee, line by line."""
    serve_form(stage, service)
    fill(stage, applicant_address=ADDRESS, mobile=MOBILE)
    stage.tap(stage.screen.go_button)
    fill(stage, record_wanted="قيد عقار", purpose="تقديمه للبنك", copies="2")
    stage.tap(stage.screen.go_button)


def serve_done(stage: Stage) -> None:
    """A request without a fee was taken."""
    serve_families(stage)
    stage.scan("CMP-04")
    stage.tap(stage.screen.go_button)
    while stage.screen.presenter.state.step == "form":
        fill_page(stage)
        stage.tap(stage.screen.go_button)
    stage.tap(stage.screen.go_button)


def fill(stage: Stage, **answers: str) -> None:
    """Type into the fields in sight as a person does: focus, then keys; choices by touch."""
    for name, text in answers.items():
        field = stage.screen.fields[name]
        buttons = getattr(field.input, "buttons", None)
        if buttons:
            stage.tap(buttons[text])
        else:
            field.input.setFocus()
            field.input.clear()
            stage.type(text)


def fill_page(stage: Stage) -> None:
    """Fill what is empty on the page with something that fits its type."""
    from kiosk.core.catalogue.model import FieldType
    from tests.desk.forms import TYPED

    views: Callable[[], list[str]] = lambda: [  # noqa: E731
        one.name for one in stage.screen.presenter.state.fields if not one.value
    ]
    for name in views():
        kinds = {one.name: one for one in stage.screen.presenter.state.fields}
        view = kinds[name]
        fill(stage, **{name: view.options[0][0] if view.options else TYPED[FieldType(view.kind)]})


SCENES = {
    "serve": serve_families,
    "serve-search": serve_search,
    "serve-papers": serve_papers,
    "serve-form": serve_form,
    "serve-form-wrong": serve_form_wrong,
    "serve-form-keys": serve_form_keys,
    "serve-fee": serve_fee,
    "serve-done": serve_done,
}
SCROLLS = {"serve-form-wrong", "serve-form-keys"}
"""With a message on top, more fields than usual, or keys docked below."""
