"""A screen for the tests of what all screens share: three fields, a committing button, an inner step."""

from kiosk.core.errors import KnownError
from kiosk.core.money import parse_money
from kiosk.ui.presenter import Context, Errors, Once
from kiosk.ui.screen import Screen
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.edits import CodeEdit, DigitsEdit, MoneyEdit, TextEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.keypad import Keypad, LettersPad

WITH_SAMPLE = {
    "held": "kiosk.ui.screens.held_screen:HeldScreen",
    "short_number": "kiosk.ui.screens.short_number_screen:ShortNumberScreen",
    "home": "kiosk.ui.screens.home_screen:HomeScreen",
    "queue": "kiosk.ui.screens.queue_screen:QueueScreen",
    "unlock": "kiosk.ui.screens.unlock_screen:UnlockScreen",
    "sample": "tests.ui.sample_screen:SampleScreen",
}


class SampleScreen(Screen):
    """Takes an amount; remembers what happened to it."""

    title_key = "settings.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.once = Once()
        self.taken: list[tuple[str, int]] = []
        self.scans: list[str] = []
        self.arrivals: list[dict[str, object]] = []
        self.helped = self.stepped_back = 0
        self.inner_step = False
        self.name = TextEdit(self.look)
        self.phone = DigitsEdit(self.look, 11)
        self.code = CodeEdit(self.look)
        self.amount = MoneyEdit(self.look)
        for name, words, edit in (
            ("name", "الاسم", self.name),
            ("phone", "الهاتف", self.phone),
            ("code", "الكود", self.code),
            ("amount", "المبلغ", self.amount),
        ):
            self.page.addWidget(self.add_field(name, Field(self.look, words, edit, hint="كما في البطاقة")))
        self.keypad = Keypad(self.look, ".")
        self.keypad.attach(self.amount)
        self.letters = LettersPad(self.look)
        self.letters.attach(self.name)
        self.page.addWidget(self.keypad)
        self.page.addWidget(self.letters)
        self.take = self.add_primary(PrimaryButton(self.look, "تحصيل", commits=True, pressed=self._take))
        self.help = self.add_action(Button(self.look, "مساعدة", key="F9", pressed=self._help))
        self.first = self.name

    def arrive(self, **arguments: object) -> None:
        self.arrivals.append(arguments)

    def go_back(self) -> bool:
        went, self.inner_step = self.inner_step, False
        self.stepped_back += went
        return went

    def scanned(self, text: str) -> None:
        self.scans.append(text)

    def _help(self) -> None:
        self.helped += 1

    def _take(self) -> None:
        errors = Errors(self.texts)
        amount = errors.take("amount", lambda: parse_money(self.amount.value()))
        if len(self.phone.value()) != 11:
            errors.add("phone", KnownError("money.empty"))
        found = sorted(errors.found, key=lambda error: list(self.fields).index(error.field))
        self.show_errors(found)
        if errors or amount is None:
            self.take.ready()
            return
        intent = self.once.begin()
        if intent is not None:
            self.taken.append((intent, amount))
