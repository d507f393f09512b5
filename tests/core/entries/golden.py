"""Golden vectors: `python -m tests.core.entries.golden` writes the missing ones and changes none."""

import json
from pathlib import Path
from typing import Any

from kiosk.core.entries.body import Body
from kiosk.core.entries.build import build_entry
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_bytes, entry_hash
from tests.core.entries.samples import SAMPLES, STREAM, circumstances

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "golden"


def path_of(entry_type: str, tv: int) -> Path:
    return GOLDEN / f"{entry_type}.{tv}.json"


def vector(body: Body) -> dict[str, Any]:
    """A golden file: the bytes as text and in hex, and their hash as the first entry of a stream."""
    data = entry_bytes(build_entry(STREAM, 1, body, circumstances(body)))
    return {
        "type": body.TYPE,
        "tv": body.TV,
        "previous": FIRST_PREVIOUS.hex(),
        "seq": 1,
        "text": data.decode(),
        "bytes": data.hex(),
        "hash": entry_hash(FIRST_PREVIOUS, 1, data).hex(),
    }


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for body in SAMPLES:
        path = path_of(body.TYPE, body.TV)
        if not path.exists():
            path.write_text(json.dumps(vector(body), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
