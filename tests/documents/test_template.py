"""Templates: every mistake is named with its line, and the paper says which wording it was made from."""

import hashlib
from dataclasses import replace

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError, KnownError
from kiosk.documents.fill import fill
from kiosk.documents.model import Person
from kiosk.documents.nodes import Code, Pairs, Table, Text
from kiosk.documents.plain import plain_lines
from kiosk.documents.template import SUBJECTS, Template
from kiosk.documents.template_reader import load_template
from kiosk.documents.templates import document, shipped, watermark
from kiosk.resources import read_resource
from tests.documents.samples import DEBT, FEE, PAPERS, TRAINING, VOID, Z_SHORT, Z

HEAD = "template: receipt\nversion: 3\nfor: receipt\ntitle: إيصال\nblocks:\n"


def load(blocks: str) -> Template:
    return load_template(HEAD + blocks, "own.yaml")


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_shipped_template_is_sound_and_named_as_its_file(name: str) -> None:
    template = shipped(name)
    assert template.name == name
    text = read_resource("templates", f"{name}.yaml")
    assert template.hash == hashlib.sha256(text.encode()).hexdigest()[:8]


@pytest.mark.parametrize(
    ("blocks", "code", "line"),
    [
        ("  - {text: أ, algn: end}", "template.unknown_word", 6),
        ("  - {text: أ}\n  - {txt: أ}", "template.unknown_word", 7),
        ("  - {text: أ, align: left}", "template.unknown_word", 6),
        ('  - {text: "{payer.nme}"}', "template.unknown_field", 6),
        ('  - {text: "{payer.name.x}"}', "template.unknown_field", 6),
        ('  - {text: "{__class__}"}', "template.unknown_field", 6),
        ('  - {text: "{total|monney}"}', "template.unknown_word", 6),
        ('  - {text: "{total"}', "template.unknown_word", 6),
        ('  - {text: "{Total}"}', "template.unknown_word", 6),
        ("  - {when: paid, blocks: []}", "template.unknown_field", 6),
        ("  - {when: copy}", "template.missing", 6),
        ("  - {each: cards}", "template.missing", 6),
        ("  - {each: payer, blocks: []}", "template.unknown_field", 6),
        ("  - {table: lines}", "template.missing", 6),
        ("  - {table: lines, columns: []}", "template.missing", 6),
        ("  - {table: lines, columns: [{head: أ}]}", "template.missing", 6),
        ('  - {table: lines, columns: [{head: أ, cell: "{total}"}]}', "template.unknown_field", 6),
        ('  - {table: lines, columns: [{head: أ, cell: "{label}", kind: sum}]}', "template.unknown_word", 6),
        ("  - {total: أ}", "template.missing", 6),
        ("  - {pairs: أ}", "template.missing", 6),
        ("  - {signatures: []}", "template.missing", 6),
        ("  - {checklist: lines}", "template.missing", 6),
        ("  - {rule: wavy}", "template.unknown_word", 6),
        ("  - {qr: nothing}", "template.unknown_field", 6),
        ("  - [أ]", "template.missing", 6),
        ("  - {text: [أ]}", "template.missing", 6),
    ],
)
def test_a_mistake_is_named_with_its_line(blocks: str, code: str, line: int) -> None:
    with pytest.raises(KnownError) as found:
        load(blocks)
    assert (found.value.code, found.value.params["line"]) == (code, line)
    assert found.value.params["file"] == "own.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("version: 3", "version: three", "template.missing"),
        ("version: 3\n", "", "template.missing"),
        ("for: receipt", "for: invoice", "template.unknown_word"),
        ("title: إيصال", "titel: إيصال", "template.unknown_word"),
        ("blocks:\n", "blocks: none\n", "template.missing"),
    ],
)
def test_a_mistake_in_the_head_is_named(old: str, new: str, code: str) -> None:
    with pytest.raises(KnownError) as found:
        load_template(HEAD.replace(old, new), "own.yaml")
    assert found.value.code == code


def test_a_pair_without_a_value_is_left_out() -> None:
    template = load('  - pairs:\n      الاسم: "{payer.name}"\n      الصفة: "{payer.capacity}"')
    filled = fill(template, replace(FEE, payer=Person("أحمد")))
    assert filled.nodes == (Pairs((("الاسم", "\u2068أحمد\u2069"),)),)


def test_pairs_split_by_a_condition_are_joined_again() -> None:
    template = load("  - {pairs: {أ: ب}}\n  - {when: copy, blocks: [{text: نسخة}]}\n  - {pairs: {ج: د}}")
    assert fill(template, FEE).nodes == (Pairs((("أ", "ب"), ("ج", "د"))),)
    assert len(fill(template, replace(FEE, copy=1)).nodes) == 3


def test_a_condition_has_two_branches() -> None:
    template = load("  - {when: not training, blocks: [{text: حقيقي}], else: [{text: تدريب}]}")
    assert fill(template, FEE).nodes == (Text("حقيقي"),)
    assert fill(template, TRAINING).nodes == (Text("تدريب"),)


def test_each_repeats_its_blocks_in_the_scope_of_the_row() -> None:
    template = load('  - {each: cards, blocks: [{text: "{slip|code}"}]}')
    assert [strip_marks(line) for line in plain_lines(fill(template, DEBT))] == ["004417"]


def test_a_table_of_no_rows_is_left_out() -> None:
    template = load('  - {table: cards, columns: [{head: أ, cell: "{slip|code}"}]}')
    assert fill(template, FEE).nodes == ()
    assert isinstance(fill(template, DEBT).nodes[0], Table)


def test_a_receipt_without_a_seal_keeps_what_stood_beside_it() -> None:
    template = load("  - {qr: seal, beside: [{text: بجانبه}]}")
    assert fill(template, TRAINING).nodes == (Text("بجانبه"),)
    assert isinstance(fill(template, FEE).nodes[0], Code)


def test_data_for_another_paper_is_a_bug() -> None:
    with pytest.raises(BugError):
        fill(shipped("receipt"), PAPERS)
    with pytest.raises(BugError):
        document(FEE.payer)  # type: ignore[arg-type]


def lines_of(paper: object) -> str:
    return strip_marks("\n".join(plain_lines(document(paper)))).replace("\u00a0", " ")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        "رقم الإيصال D42-E1-004508",
        "الثلاثاء 24 نوفمبر 2026",
        "الاسم منى حسن إبراهيم",
        "الرقم القومي **********0128",
        "سداد عن ورثة حسن إبراهيم عبد الرحمن الشناوي",
        "1/3/2/7 1,250.00",
        "الإجمالي 1,285.50 ج.م",
        "فقط وقدره ألف ومائتان وخمسة وثمانون جنيهًا وخمسون قرشًا لا غير",
        "من 1 يوليو 2025 إلى 30 يونيو 2026",
        "رقم أمر التحصيل 5521/2026",
        "نقدًا 500.00 ج.م",
        "رقم البطاقة ****1182",
        "الحالة مسجل – لم تتم المطابقة",
        "رقم بلاغ العطل INC-2026-118824",
        "3,100.00 1,250.00 1,850.00",
        "حسب اختيار المدين",
        "حسب بيانات يوم 21 نوفمبر 2026",
        "كود المحصل T-0417",
        "رقم التفويض 812/2026",
        "نموذج 33 ع.ح",
        "tahakok.giza.gov.eg",
        "قيد 9f3ac04e – قالب 1/",
    ],
)
def test_a_receipt_carries_every_field_of_form_33(said: str) -> None:
    assert said in lines_of(DEBT)


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (FEE, "«قيمة تجريبية»"),
        (FEE, "الباقي المردود 38.00 ج.م"),
        (FEE, "باق مستحق له 0.50 ج.م"),
        (replace(FEE, copy=3), "نسخة 3"),
        (VOID, "إيصال ملغى"),
        (VOID, "وافق عليه S-0032"),
        (TRAINING, "تدريب"),
        (PAPERS, "□ شهادة صلاحية الأعمال للترخيص"),
        (PAPERS, "✓ طلب الخدمة"),
        (PAPERS, "آخر موعد 24 ديسمبر 2026"),
        (Z_SHORT, "عجز 5.00 ج.م"),
        (Z, "قيود لم ترسل 14"),
        (Z, "آخر قيد 9f3ac04e77b1d2c8"),
    ],
)
def test_marks_and_states_are_said_in_words(paper: object, said: str) -> None:
    assert said in lines_of(paper)


def test_an_original_says_neither_copy_nor_void_nor_training() -> None:
    assert not any(word in lines_of(DEBT) for word in ("نسخة", "ملغى", "تدريب", "تجريبية"))


def test_training_and_void_papers_carry_a_watermark() -> None:
    assert [watermark(paper) for paper in (TRAINING, VOID, FEE, PAPERS)] == ["تدريب", "ملغى", "", ""]
