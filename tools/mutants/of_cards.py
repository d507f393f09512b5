"""Mutants of card payments: an order sent twice, another's approval, a receipt without a charge."""

from tools.mutants.model import Mutant

CARD_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        5,
        "a-previous-customers-approval-is-adopted",
        "kiosk/core/cards.py",
        'return Judgement(Proof.NOT_DONE, "counter_unchanged")',
        'return Judgement(Proof.DONE, "counter_unchanged")',
        ("tests/core/test_cards.py",),
    ),
    Mutant(
        5,
        "another-amount-is-taken-for-ours",
        "kiosk/core/cards.py",
        '        ("amount", said.piastres, asked.piastres),\n',
        "",
        ("tests/core/test_cards.py",),
    ),
    Mutant(
        5,
        "an-order-is-sent-again-on-a-nak",
        "kiosk/devices/payment/exchange.py",
        "self._until_acknowledged(data, 1 if once else self.framing.tries)",
        "self._until_acknowledged(data, self.framing.tries)",
        ("tests/devices/payment/test_frames.py",),
    ),
    Mutant(
        2,
        "an-approval-is-acknowledged-before-it-is-kept",
        "kiosk/devices/payment/zvt.py",
        "        if keep(said) is Kept.KEPT:\n",
        "        if keep(said) is not None:\n",
        ("tests/devices/payment/test_zvt.py",),
    ),
    Mutant(
        5,
        "a-terminal-in-doubt-takes-another-payment",
        "kiosk/desk/card.py",
        "        check_free(act, terminal)\n        check_not_in_doubt",
        "        check_not_in_doubt",
        ("tests/desk/test_card.py",),
    ),
    Mutant(
        5,
        "a-stop-within-an-order-means-that-nothing-was-charged",
        "kiosk/desk/card.py",
        "        if one.state is State.PREPARED:\n",
        "        if one.state in (State.PREPARED, State.SENT):\n",
        ("tests/desk/test_card.py",),
    ),
    Mutant(
        2,
        "an-order-leaves-before-it-is-journalled",
        "kiosk/desk/card.py",
        "    on_store(lambda: card_sent(session, attempt))\n    order",
        "    order",
        ("tests/desk/test_card.py",),
    ),
    Mutant(
        8,
        "a-card-number-leaves-the-parser",
        "kiosk/devices/payment/zvt_apdu.py",
        '.rstrip("f")[-4:]\n    return end if len(end) == 4 and end.isdecimal() else None',
        '.rstrip("f")\n    return end if end.isdecimal() else None',
        ("tests/devices/payment/test_frames.py",),
    ),
)
