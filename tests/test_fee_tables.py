"""Fee files on disk are loaded together, and every mistake in them is found, also one of YAML itself."""

import shutil
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.fee_tables import check_fee_folder, load_fee_tables, read_fee_files
from kiosk.resources import resources_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resources_folder() / "fees", tmp_path / "fees"))


def test_a_copy_of_the_shipped_folder_is_sound(folder: Path) -> None:
    assert check_fee_folder(folder) == []
    assert len(load_fee_tables(folder).services()) == 94


def test_mistakes_of_several_files_are_found_together(folder: Path) -> None:
    for name, old, new in (
        ("building.yaml", "FIXED(conformity)", "FIXED(conformty)"),
        ("shops.yaml", "SCHEDULE(shop_renewal", "SHEDULE(shop_renewal"),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = check_fee_folder(folder)
    assert [(problem.code, problem.params["file"]) for problem in found] == [
        ("fees.parameter_unknown", "building.yaml"),
        ("fees.shape_unknown", "shops.yaml"),
    ]
    with pytest.raises(KnownError, match="conformty"):
        load_fee_tables(folder)


def test_a_file_that_cannot_be_parsed_is_named(folder: Path) -> None:
    (folder / "shops.yaml").write_text("services: [", encoding="utf-8")
    assert [problem.code for problem in check_fee_folder(folder)] == ["yaml.syntax"]


def test_an_empty_or_missing_folder_is_no_fee_table(tmp_path: Path) -> None:
    assert [problem.code for problem in check_fee_folder(tmp_path)] == ["file.missing"]
    with pytest.raises(KnownError) as caught:
        read_fee_files(tmp_path / "nowhere")
    assert caught.value.code == "file.missing"
