"""What stands still is shown, lifted by telephone, and gone; and the first screen leads there."""

from kiosk.core.wire.lifting import answer_to
from kiosk.desk.session import Session
from kiosk.store.incidents import incident_stands
from tests.ui.scenes_shift import at_work
from tests.ui.scenes_stops import home_stopped, note, stops_incident, stops_wrong
from tests.ui.stage import Stage

KEY = bytes.fromhex("5c" * 32)


def answer(session: Session) -> str:
    """What the centre would say to the digits that are shown."""
    from kiosk.desk.lifting import challenge

    state = session.store.journal.state()
    return answer_to(challenge(session).digits, key=KEY, device=state.device, stream=state.stream)


def phone(stage: Stage) -> None:
    stage.press(stage.shell.look.texts("stops.by_phone"))


def test_the_answer_of_the_centre_lifts_what_stands(stage: Stage) -> None:
    stops_incident(stage)
    assert len(stage.screen.presenter.state.stops) == 1
    phone(stage)
    assert stage.has_focus(stage.screen.answer)
    stage.type(stage.do(answer))
    stage.tap(stage.screen.primary)
    assert stage.screen.presenter.state.stops == ()
    assert stage.screen.notice.label.text() == stage.shell.look.texts("stops.said_lifted")
    assert not stage.do(lambda session: incident_stands(session.store.db))


def test_a_wrong_answer_stands_beside_its_field_and_costs_a_try(stage: Stage) -> None:
    stops_wrong(stage)
    assert len(stage.screen.summary.texts) == 1
    assert stage.screen.presenter.state.page == "phone"
    assert stage.screen.presenter.state.facts[-1].value == stage.shell.look.texts.data(4)


def test_back_leads_from_the_digits_to_the_list(stage: Stage) -> None:
    stops_incident(stage)
    phone(stage)
    assert stage.screen.go_back()
    assert stage.screen.presenter.state.page == "list"
    assert not stage.screen.go_back()


def test_the_first_screen_and_the_queue_lead_there(stage: Stage) -> None:
    home_stopped(stage)
    stage.tap(stage.screen.stopped.rows[0])
    assert stage.screen.title_key == "stops.title"
    stage.go("queue")
    stage.press(stage.shell.look.texts("stops.title"))
    assert stage.screen.title_key == "stops.title"


def test_nothing_is_said_on_the_first_screen_of_a_sound_device(stage: Stage) -> None:
    at_work(stage)
    assert stage.screen.stopped.isHidden()
    stage.do(note)
    stage.shell.home()
    stage.settle()
    assert not stage.screen.stopped.isHidden()


def test_a_device_without_a_centre_offers_no_telephone(stage: Stage) -> None:
    stops_incident(stage)
    stage.do(lambda session: session.store.db.conn.execute("DELETE FROM setting WHERE name='lifting_key'"))
    stage.screen.arrive()
    stage.settle()
    assert stage.screen.phone.isHidden()
