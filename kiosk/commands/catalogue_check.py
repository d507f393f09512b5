"""`kiosk catalogue check`: every mistake of the catalogue's files, each with its file and line."""

from pathlib import Path

import click

from kiosk.catalogue_files import check_folder
from kiosk.commands.base import output, output_options
from kiosk.core.catalogue.checks import Checked
from kiosk.core.catalogue.reading import place_of
from kiosk.core.errors import Kind, Language, error_payload
from kiosk.fee_tables import load_fee_tables


@click.command()
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@click.option("--fees", type=click.Path(path_type=Path), help="مجلد الرسوم · folder of the fee tables")
@click.option("--no-fees", is_flag=True, help="بلا مقارنة بالرسوم · do not compare with the fees")
@output_options
def check(folder: Path | None, fees: Path | None, no_fees: bool) -> int:
    """مراجعة ملفات دليل الخدمات · check the files of the catalogue.

    FOLDER: مجلد الدليل، وإن لم يُكتب فالدليل المرفق بالبرنامج · default: the shipped catalogue.
    """
    checked = check_folder(folder, None if no_fees else load_fee_tables(fees))
    problems = []
    for problem in checked.problems:
        file, line = place_of(problem)
        problems.append({"file": file, "line": line, **error_payload(problem)})
    payload = {
        "services": len(checked.catalogue.services),
        "clean_services": checked.clean_services,
        "problems": problems,
    }
    output().emit(payload, _report(checked, "ar"), _report(checked, "en"))
    return int(Kind.INPUT) if problems else 0


def _report(checked: Checked, language: Language) -> str:
    lines = []
    for problem in checked.problems:
        lines += [problem.sentence(language), f"    {problem.remedy(language)}"]
    all_of_them, clean = len(checked.catalogue.services), checked.clean_services
    found = len(checked.problems)
    if language == "en":
        lines.append(f"Services: {all_of_them}, without mistakes: {clean}. Mistakes: {found}.")
    else:
        lines.append(f"الخدمات: {all_of_them}، السليمة منها: {clean}. الأخطاء: {found}.")
    return "\n".join(lines)
