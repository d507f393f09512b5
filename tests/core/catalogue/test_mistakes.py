"""Each mistake in the files is named with its file, its line and what to do; nothing else is reported."""

from dataclasses import dataclass, field

import pytest

from kiosk.core.catalogue.checks import read_catalogue
from kiosk.core.catalogue.reading import place_of
from kiosk.core.catalogue.shared import SHARED_FILES
from kiosk.core.errors import KnownError
from kiosk.core.marked import read_marked
from tests.core.catalogue.shipped import check_with, edited, marked, texts

BLD, SAF, OCC = "services/BLD-03.yaml", "services/SAF-04.yaml", "services/OCC-01.yaml"


@dataclass(frozen=True)
class Mistake:
    """An edit of a shipped file, the problem it makes and the text that stands on the reported line."""

    problem: str
    file: str
    old: str
    new: str
    line_of: str
    says: dict[str, str] = field(default_factory=dict)
    fees: bool = False

    @property
    def id(self) -> str:
        return f"{self.problem}-{self.line_of[:20].strip()}"


FLOOR_FIELD = "  - {field: area_m2, ar: مساحة الأرض, en: Area of the plot}\n"

MISTAKES = [
    Mistake("unknown_key", BLD, "synonyms:", "sinonyms:", "sinonyms:", {"nearest": "synonyms"}),
    Mistake(
        "unknown_key",
        BLD,
        "later: yes, required_if",
        "latter: yes, required_if",
        "latter:",
        {"nearest": "later"},
    ),
    Mistake(
        "missing_key", SAF, "counter_mode: accept_forward\n", "", "code: SAF-04", {"key": "counter_mode"}
    ),
    Mistake("missing_key", SAF, "    basis: source\n", "", "  - days: 15", {"key": "basis"}),
    Mistake("not_a_map", SAF, "turnaround: {days: 15, basis: general}", "turnaround: 15", "turnaround:"),
    Mistake("not_a_list", SAF, "tenders: [cash, slip]", "tenders: cash", "tenders:", {"key": "tenders"}),
    Mistake("not_a_word", SAF, "papers_basis: general", "papers_basis:", "papers_basis:"),
    Mistake(
        "not_whole",
        SAF,
        "turnaround: {days: 15,",
        "turnaround: {days: 15.5,",
        "turnaround:",
        {"value": "15.5"},
    ),
    Mistake("not_whole", SAF, "  - days: 15", "  - days: 0", "  - days: 0", {"least": "1"}),
    Mistake("not_yes_no", BLD, "works_validity, later: yes", "works_validity, later: true", "later: true"),
    Mistake("not_a_date", "version.yaml", "date: 2026-11-24", "date: 24/11/2026", "date:"),
    Mistake("version_label", "version.yaml", '"2026.11-1"', '"نسخة 1"', "label:"),
    Mistake(
        "unknown_word", SAF, "counter_mode: accept_forward", "counter_mode: accept", "counter_mode: accept"
    ),
    Mistake(
        "unknown_word",
        SAF,
        "tenders: [cash, slip]",
        "tenders: [cash, cheque]",
        "tenders:",
        {"word": "cheque"},
    ),
    Mistake("unknown_word", SAF, "  - kind: urgent", "  - kind: loud", "  - kind: loud"),
    Mistake(
        "unknown_word", BLD, "    type: decimal", "    type: number", "    type: number", {"word": "number"}
    ),
    Mistake(
        "missing_arabic", SAF, "  ar: تظلم من قرار لجنة المنشآت (خلال 15 يومًا)\n", "", "  en: Appeal against"
    ),
    Mistake(
        "missing_english", BLD, "    en: Built area of the ground floor\n", "", "  - name: built_area_m2"
    ),
    Mistake(
        "arabic_has_latin", BLD, "ترخيص بناء جديد", "ترخيص بناء new", "  ar: ترخيص بناء new", {"found": "new"}
    ),
    Mistake("arabic_has_latin", BLD, "رخصة مباني", "رخصة ok", "synonyms:", {"found": "ok"}),
    Mistake("arabic_has_digits", SAF, "(خلال 15 يومًا)", "(خلال ١٥ يومًا)", "(خلال", {"found": "١"}),
    Mistake("arabic_in_latin", SAF, "  ar: رقم قرار اللجنة", "  ar: 15", "    ar: 15"),
    Mistake("arabic_in_latin", SAF, "    ar: رقم قرار اللجنة", "    ar: 15/2", "    ar: 15/2"),
    Mistake("english_in_arabic", BLD, "  en: New building licence", "  en: New بناء", "  en: New"),
    Mistake("hidden_mark", BLD, "ترخيص بناء جديد", "ترخيص بنـــاء جديد", "  ar: ترخيص"),
    Mistake(
        "unknown_family", BLD, "family: building", "family: buildings", "family:", {"nearest": "building"}
    ),
    Mistake("unknown_entity", BLD, "entity: unit_engineering", "entity: engineering", "entity:"),
    Mistake("unknown_mode", "modes.yaml", "inquire:\n", "enquire:\n", "  name: {ar: استعلام"),
    Mistake(
        "unknown_paper",
        BLD,
        "  - ownership_deed",
        "  - owner_deed",
        "  - owner_deed",
        {"nearest": "ownership_deed"},
    ),
    Mistake("unknown_paper", BLD, "    proof: [site_validity]", "    proof: [validity]", "    proof:"),
    Mistake(
        "unknown_field",
        BLD,
        "  - building_use",
        "  - bilding_use",
        "  - bilding_use",
        {"nearest": "building_use"},
    ),
    Mistake("unknown_field", BLD, "{field: area_m2,", "{field: area,", "{field: area,"),
    Mistake("unknown_group", BLD, "  - group: engineer", "  - group: engineers", "  - group: engineers"),
    Mistake("unknown_gate", BLD, "gates:\n  - shop_owner", "gates:\n  - shop_owners", "  - shop_owners"),
    Mistake(
        "unknown_service", BLD, "    after: [BLD-01]", "    after: [BLD-99]", "    after:", {"name": "BLD-99"}
    ),
    Mistake(
        "duplicate_field",
        BLD,
        "  - building_use\n",
        "  - building_use\n  - building_use # again\n",
        "# again",
    ),
    Mistake("duplicate_paper", BLD, "  - drawings\n", "  - drawings\n  - drawings # again\n", "# again"),
    Mistake("service_code", BLD, "code: BLD-03", "code: BLD3", "code: BLD3"),
    Mistake("file_name", BLD, "code: BLD-03", "code: BLD-33", "code: BLD-33", {"name": "BLD-33.yaml"}),
    Mistake("field_name", BLD, "  - name: built_area_m2", "  - name: Built-area", "  - name: Built-area"),
    Mistake("option_code", OCC, "      goods: {", "      GOODS: {", "      GOODS: {"),
    Mistake(
        "choice_without_options", BLD, "    type: decimal\n", "    type: choice\n", "  - name: built_area_m2"
    ),
    Mistake(
        "key_of_other_type", BLD, "    type: yes_no\n", "    type: yes_no\n    places: 2\n", "    places: 2"
    ),
    Mistake("limits_crossed", BLD, "min: 1, max: 500}", "min: 501, max: 500}", "min: 501", {"low": "501"}),
    Mistake(
        "always_personal",
        "fields.yaml",
        "type: name}\nidentity",
        "type: name, personal: no}\nidentity",
        "personal: no",
    ),
    Mistake(
        "condition_syntax",
        BLD,
        "required_if: by_agent = yes",
        "required_if: by_agent yes",
        "by_agent yes",
        {"rest": "yes"},
    ),
    Mistake("condition_unknown_field", BLD, "insurance_needed = yes", "insured = yes", "insured = yes"),
    Mistake(
        "condition_later_field",
        BLD,
        FLOOR_FIELD,
        FLOOR_FIELD.replace("}", ", visible_if: building_use = housing}"),
        "visible_if: building_use",
    ),
    Mistake(
        "condition_value",
        BLD,
        "required_if: by_agent = yes",
        "required_if: by_agent = agent",
        "by_agent = agent",
        {"options": "yes, no"},
    ),
    Mistake(
        "condition_field_type", BLD, "insurance_needed = yes", "floors = 4", "floors = 4", {"type": "whole"}
    ),
    Mistake("condition_governorate", "fields.yaml", "governorate = 02", "governorate = 2", "governorate = 2"),
    Mistake(
        "conditional_without_days",
        BLD,
        "conditional: {days: 30, basis: target}",
        "conditional: {basis: target}",
        "conditional:",
    ),
    Mistake(
        "later_without_days",
        BLD,
        "conditional: {days: 30, basis: target}\n",
        "",
        "  - request_form",
        {"paper": "works_validity"},
    ),
    Mistake(
        "days_without_later",
        SAF,
        "{paper: consultant_report, later: yes}",
        "consultant_report",
        "conditional:",
    ),
    Mistake(
        "gate_without_key",
        BLD,
        "    after: [BLD-01]\n    proof: [site_validity]\n",
        "",
        "  - ar: ترخيص البناء",
    ),
    Mistake(
        "time_limit_field",
        SAF,
        "    from: notice_date",
        "    from: notice",
        "    from: notice",
        {"nearest": "notice_date"},
    ),
    Mistake("tender_needed", "services/LND-02.yaml", "tenders: [cash, slip]", "tenders: []", "tenders:"),
    Mistake("tender_not_here", "services/VIT-01.yaml", "tenders: []", "tenders: [cash]", "tenders:"),
    Mistake("unused_code", "papers.yaml", "photos_2:", "lonely: {ar: ورقة, en: Paper}\nphotos_2:", "lonely:"),
    Mistake("unused_code", "groups.yaml", "engineer:\n", "nobody:\n  - floors\nengineer:\n", "  - floors"),
    Mistake(
        "fee_input_missing",
        OCC,
        "  - road_grade\n",
        "",
        "  - group: applicant",
        {"name": "road_grade"},
        fees=True,
    ),
    Mistake(
        "fee_input_type",
        BLD,
        "    type: money\n",
        "    type: text\n",
        "  - group: applicant",
        {"wanted": "money"},
        fees=True,
    ),
    Mistake(
        "fee_input_optional",
        OCC,
        "  - road_grade\n",
        "  - {field: road_grade, required: no}\n",
        "  - group: applicant",
        fees=True,
    ),
    Mistake(
        "fee_input_personal",
        "fields.yaml",
        "type: money}\nrecord_number",
        "type: money, personal: yes}\nrecord_number",
        "",
        fees=True,
    ),
    Mistake(
        "fee_input_choices",
        "fields.yaml",
        "    unpaved: {",
        "    mud: {",
        "",
        {"different": "mud, unpaved"},
        fees=True,
    ),
    Mistake("fee_without_tender", SAF, "tenders: [cash, slip]", "tenders: []", "tenders:", fees=True),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_a_mistake_is_named_with_its_file_and_line(mistake: Mistake) -> None:
    text = edited(mistake.file, mistake.old, mistake.new)
    checked = check_with({mistake.file: text}, fees=mistake.fees)
    found = [one for one in checked.problems if one.code == f"catalogue.{mistake.problem}"]
    assert found, [str(one) for one in checked.problems]
    for name, value in mistake.says.items():
        assert str(found[0].params[name]) == value
    if mistake.line_of:
        line = next(n for n, row in enumerate(text.splitlines(), 1) if mistake.line_of in row)
        assert place_of(found[0]) == (mistake.file, line)
        assert str(line) in found[0].sentence("en")


def test_at_least_every_second_situation_of_the_files_is_in_the_table() -> None:
    assert len({mistake.problem for mistake in MISTAKES}) >= 50


def test_a_code_in_two_files_names_both() -> None:
    copy = texts()[BLD]
    found = [
        one
        for one in check_with({"services/zz.yaml": copy}).problems
        if one.code.endswith("duplicate_service")
    ]
    assert len(found) == 1
    assert found[0].params["other"] == BLD
    assert found[0].params["file"] == "services/zz.yaml"
    assert found[0].params["line"] == 1


def test_services_that_wait_for_each_other_are_told_as_a_circle() -> None:
    gate = "gates:\n  - ar: بعد الترخيص\n    en: After the licence\n    after: [BLD-03]\n"
    text = edited("services/BLD-01.yaml", "gates:\n  - shop_owner\n", gate + "  - shop_owner\n")
    found = [one for one in check_with({"services/BLD-01.yaml": text}).problems if "circle" in one.code]
    assert [one.params["path"] for one in found] == ["BLD-01 → BLD-03 → BLD-01"]
    line = text.splitlines().index("gates:") + 2
    assert place_of(found[0]) == ("services/BLD-01.yaml", line)


def test_a_service_that_waits_for_itself_is_a_circle() -> None:
    text = edited(BLD, "after: [BLD-01]", "after: [BLD-03]")
    found = [one for one in check_with({BLD: text}).problems if "circle" in one.code]
    assert [one.params["path"] for one in found] == ["BLD-03 → BLD-03"]


def test_a_service_without_a_fee_and_a_fee_without_a_service_are_both_told() -> None:
    text = edited(BLD, "code: BLD-03", "code: BLD-33")
    problems = {one.code: one for one in check_with({BLD: text}, fees=True).problems}
    assert problems["catalogue.fee_missing"].params["name"] == "BLD-33"
    assert problems["catalogue.fee_of_no_service"].params["name"] == "BLD-03"
    assert place_of(problems["catalogue.fee_of_no_service"])[0] == "version.yaml"


def test_all_mistakes_are_told_at_once_in_the_order_of_files_and_lines() -> None:
    changed = {
        BLD: edited(BLD, "family: building", "family: buildings").replace("  - floors\n", "  - flors\n"),
        SAF: edited(SAF, "tenders: [cash, slip]", "tenders: cash"),
    }
    checked = check_with(changed)
    assert [place_of(one)[0] for one in checked.problems] == [BLD, BLD, SAF]
    assert checked.clean_services == 92


def test_the_same_mistake_of_a_group_is_told_once_though_many_forms_use_it() -> None:
    text = edited(
        "fields.yaml",
        "agent_name: {ar: اسم الوكيل, en: Agent's name, type: name, visible_if: by_agent = yes}",
        "agent_name: {ar: اسم الوكيل, en: Agent's name, type: name, visible_if: by_agents = yes}",
    )
    found = [
        one
        for one in check_with({"fields.yaml": text}).problems
        if one.code == "catalogue.condition_unknown_field"
    ]
    assert len(found) == 1
    assert found[0].params["file"] == "fields.yaml"


def test_an_empty_folder_is_told_and_does_not_crash() -> None:
    assert read_catalogue({}).problems == []
    assert read_catalogue({}).catalogue.services == {}


@pytest.mark.parametrize("name", [*SHARED_FILES, BLD, OCC])
def test_a_file_of_nonsense_is_reported_and_never_crashes(name: str) -> None:
    for text in ("word", "- a\n- b", "a: {b: [c, {d: e}]}", "", "code: [x]", "ar: 1\nen: 2"):
        check_with({name: text})


def test_a_broken_line_of_a_service_stops_neither_the_others_nor_the_checker() -> None:
    for line in range(0, len(texts()[OCC].splitlines()), 4):
        rows = texts()[OCC].splitlines()
        rows[line] = rows[line][: len(rows[line]) // 2]
        try:
            broken = read_marked("\n".join(rows), OCC)
        except KnownError:
            continue
        read_catalogue({**marked(), OCC: broken})
