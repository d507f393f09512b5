"""Requests by commands: look at the form, check, take, pay, show."""

import json
from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.forms import ADDRESS, MOBILE, NAME, NUMBER

ANSWERS = {
    "applicant_name": NAME,
    "identity_kind": "national_number",
    "national_number": NUMBER,
    "mobile": MOBILE,
    "applicant_address": ADDRESS,
}
IN_DOUBT = "29001011234565"


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    made.json("TEL-1", "shift", "open", "--count", "10=20")
    return made


def whole(device: Device, code: str, **more: str) -> tuple[list[str], str]:
    """Words and a file of answers for a service: what is personal goes into the file."""
    form = device.json("TEL-1", "request", "form", code)
    answers = {**ANSWERS, **more}
    shown = set(answers)
    words = []
    for one in form["fields"]:
        name, needed = one["name"], one["required"] and one["visible_if"] is None
        if name in shown or not needed:
            continue
        by_type = {"yes_no": "no", "whole": "2", "decimal": "100"}
        value = one["options"][0]["code"] if one["options"] else by_type.get(one["type"], "كتاب")
        if one["personal"]:
            answers[name] = value
        else:
            words.append(f"{name}={value}")
    papers = [f"--paper={line['any_of'][0]['code']}" for line in form["papers"] if not line["optional"]]
    names = {one["name"] for one in form["fields"]}
    kept = {name: text for name, text in answers.items() if name.removesuffix("_again") in names}
    return ["request", "take", code, *words, *papers, "--answers", "-"], json.dumps(kept, ensure_ascii=False)


def check_of(words: list[str]) -> list[str]:
    return ["request", "check", *words[2:]]


def test_the_services_and_a_form_are_listed_by_codes(device: Device) -> None:
    listed = device.json("TEL-1", "request", "list-services")
    assert len(listed["services"]) > 90
    said = strip_marks(device("TEL-1", "request", "form", "BLD-01").out)
    assert "applicant_name  اسم مقدم الطلب" in said
    assert "المستندات:" in said
    english = device("TEL-1", "request", "form", "bld-01", "--english").out
    assert "Papers:" in english
    assert "applicant_name" in english


def test_a_request_is_checked_taken_paid_and_shown(device: Device) -> None:
    words, typed = whole(device, "CRT-01")
    checked = device.json("TEL-1", *check_of(words), typed=typed)
    assert checked["ok"]
    assert checked["due"] == checked["fee"]["due_today"]
    due = f"{checked['due'] // 100}.{checked['due'] % 100:02d}"
    taken = device.json("TEL-1", *words, "--cash", due, typed=typed)
    assert taken["tracking"].endswith("-000001")
    assert taken["payment"]["piastres"] == taken["due"] == checked["due"]
    page = device.json("TEL-1", "request", "show", taken["tracking"])
    assert (page["paid"], page["due"]) == (taken["due"], taken["due"])
    assert page["receipts"] == [taken["payment"]["receipt"]]
    assert page["applicant"] == NAME
    assert NUMBER not in page["number_masked"]
    said = strip_marks(device("TEL-1", "request", "show", taken["tracking"]).out)
    assert f"إيصال {taken['payment']['receipt']}" in said


def test_the_answer_is_told_in_both_languages_with_numbers_set_apart(device: Device) -> None:
    words, typed = whole(device, "CRT-01")
    said = device("TEL-1", *words, "--pay-later", typed=typed).out
    assert "رقم الطلب \u2066D00000000-" in said
    assert "المستحق الآن" in said
    assert "قيمة تجريبية" in said
    english = device("TEL-1", *words, "--pay-later", "--english", typed=typed).out
    assert "Due now: EGP" in english
    assert "The same was taken today" in english


def test_a_request_is_taken_now_and_paid_later_by_somebody_else(device: Device) -> None:
    words, typed = whole(device, "CRT-01")
    done = device.json("TEL-1", *words, "--pay-later", typed=typed)
    assert done["payment"] is None
    payer = "paid_by_name: سامي عبد الله\n"
    pay = ("request", "pay", done["tracking"], "--answers", "-", "--slip", slip(done["due"]))
    assert device.refused("TEL-1", *pay, typed=payer) == "offer.payer_half"
    paid = device.json("TEL-1", *pay, "--capacity", "relative", typed=payer)
    assert paid["payment"]["piastres"] == done["due"]
    assert device.refused("TEL-1", *pay, "--capacity", "relative", typed=payer) == "payment.nothing_due"


def slip(piastres: int, number: str = "000123") -> str:
    return f"T-77,{number},{piastres // 100}.{piastres % 100:02d},A1B2C3,2026-11-24T09:55,1234"


def test_what_is_wrong_is_listed_and_nothing_is_taken(device: Device) -> None:
    words, typed = whole(device, "CRT-01", applicant_name="منى", mobile="123")
    said = device("TEL-1", *check_of(words), "--json", typed=typed)
    assert said.code == 2
    assert set(said.json["problems"]) == {"applicant_name", "mobile"}
    assert said.json["refusal"]["code"] == "request.answers_wrong"
    assert device.refused("TEL-1", *words, "--cash", "100", typed=typed) == "request.answers_wrong"
    text = strip_marks(device("TEL-1", *check_of(words), typed=typed).out)
    assert "mobile رقم المحمول:" in text
    english = device("TEL-1", *check_of(words), "--english", typed=typed).out
    assert "applicant_name Applicant's full name:" in english


def test_missing_papers_are_named(device: Device) -> None:
    words, typed = whole(
        device, "BLD-01", place="city", district="سوهاج", site_address=ADDRESS, area_m2="100"
    )
    bare = [word for word in check_of(words) if not word.startswith("--paper")]
    said = device("TEL-1", *bare, "--json", typed=typed)
    assert said.code == 3
    assert said.json["refusal"]["code"] == "request.papers_missing"
    assert said.json["papers"]["state"] == "incomplete"
    text = device("TEL-1", *bare, typed=typed).out
    assert "مستندات ناقصة:" in text


def test_a_number_in_doubt_is_typed_again_in_the_file_or_as_an_option(device: Device) -> None:
    words, typed = whole(device, "CRT-01", national_number=IN_DOUBT)
    assert device.refused("TEL-1", *words, "--pay-later", typed=typed) == "request.answers_wrong"
    again = ("--again", f"national_number={IN_DOUBT}")
    assert device.json("TEL-1", *words, "--pay-later", *again, typed=typed)["tracking"]
    twice = json.dumps({**json.loads(typed), "national_number_again": IN_DOUBT})
    assert device.json("TEL-1", *words, "--pay-later", typed=twice)["tracking"]


def test_mistakes_in_what_is_typed_are_named(device: Device) -> None:
    words, typed = whole(device, "CRT-01")
    assert device.refused("TEL-1", *words, "place", typed=typed) == "command.key_value"
    assert device.refused("TEL-1", *words, "colour=red", typed=typed) == "request.no_field"
    assert device.refused("TEL-1", *words, "--paper", "nothing", typed=typed) == "request.no_paper"
    assert device.refused("TEL-1", *words, "--slip", "T-1,2", typed=typed) == "offer.slip_form"
    assert device.refused("TEL-1", *words, "--form33", "أ,2", typed=typed) == "offer.form33_form"
    assert device.refused("TEL-1", *words, "--cash", "ten", typed=typed) == "money.character"
    assert device.refused("TEL-1", *words, typed="- a\n- b\n") == "offer.answers_form"
    assert device.refused("TEL-1", *words, typed="a: [b\n") == "yaml.syntax"
    assert device.refused("TEL-1", "request", "show", "D00000000-2026-000077") == "request.unknown"
    assert device.refused("COL-1", *words, "--pay-later", typed=typed) == "roles.no_right"


def test_answers_come_from_a_file_too(device: Device, tmp_path: Path) -> None:
    words, typed = whole(device, "CRT-01")
    file = tmp_path / "answers.yaml"
    file.write_text(
        "\n".join(f"{name}: {text}" for name, text in json.loads(typed).items()), encoding="utf-8"
    )
    from_file = [*words[:-1], str(file)]
    assert device.json("TEL-1", *from_file, "--pay-later")["tracking"]


def test_where_a_request_stands_is_told_by_its_number_its_receipt_or_its_owner(device: Device) -> None:
    words, typed = whole(device, "CRT-01")
    due = device.json("TEL-1", *check_of(words), typed=typed)["due"]
    taken = device.json("TEL-1", *words, "--cash", f"{due // 100}.{due % 100:02d}", typed=typed)
    (page,) = device.json("TEL-1", "request", "status", taken["tracking"].lower())["requests"]
    assert (page["word"], page["state"], page["here"], page["left"]) == ("trial", None, True, 0)
    for number in (taken["payment"]["receipt"], NUMBER):
        found = device.json("TEL-1", "request", "status", "-", typed=number)["requests"]
        assert [one["tracking"] for one in found] == [taken["tracking"]]
    assert "تجريبي" in device("TEL-1", "request", "status", taken["tracking"]).out
    assert "no status" in device("TEL-1", "request", "status", taken["tracking"], "--english").out
    wrong = f"{taken['tracking'][:-1]}2"
    assert device.refused("TEL-1", "request", "status", wrong) == "follow.none_here"
