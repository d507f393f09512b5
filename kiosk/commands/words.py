"""`kiosk words`: an amount in Arabic words."""

import click

from kiosk.commands.base import NumberCommand, output, output_options
from kiosk.core.money import format_money, format_pounds, parse_money
from kiosk.core.words import amount_in_words, receipt_words


@click.command("words", cls=NumberCommand)
@click.argument("amount", metavar="AMOUNT")
@click.option("--receipt", is_flag=True, help="صيغة الإيصال: فقط وقدره … لا غير · as on a receipt")
@output_options
def words(amount: str, receipt: bool) -> None:
    """المبلغ بالحروف العربية · an amount in Arabic words."""
    piastres = parse_money(amount)
    spelt = receipt_words(piastres) if receipt else amount_in_words(piastres)
    payload = {"piastres": piastres, "amount": format_money(piastres), "words_ar": spelt}
    output().emit(payload, spelt, f"{format_pounds(piastres, 'en')} in words: {spelt}")
