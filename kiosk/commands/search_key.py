"""`kiosk search-key`: the keys under which a name is found."""

import click

from kiosk.commands.base import output, output_options
from kiosk.core.arabic import exact_key, loose_key, query_tokens
from kiosk.core.errors import KnownError


@click.command("search-key")
@click.argument("text", nargs=-1, required=True)
@output_options
def search_key(text: tuple[str, ...]) -> None:
    """مفتاح البحث عن اسم أو رقم · the search keys of a name."""
    typed = " ".join(text)
    exact, loose, tokens = exact_key(typed), loose_key(typed), query_tokens(typed)
    if not tokens:
        raise KnownError("search.nothing_typed")
    output().emit(
        {"exact": exact, "loose": loose, "tokens": tokens},
        f"دقيق: {exact}\nواسع: {loose}",
        f"exact: {exact}\nloose: {loose}",
    )
