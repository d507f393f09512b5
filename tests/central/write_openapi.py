"""Writes docs/openapi.json from the application: `python -m tests.central.write_openapi`."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from central.app import create_app
from tests.central.server import Clock, make_centre
from tests.central.test_openapi import PAGE


def main() -> None:
    with TemporaryDirectory() as folder:
        centre, _ = make_centre(Path(folder), Clock())
        described = create_app(centre).openapi()
        centre.close()
    PAGE.write_text(
        json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
