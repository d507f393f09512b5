"""Writes the first revision of the centre's database anew: `python -m tools.central_baseline`.

Only as long as nothing is released: after that a change of `central/schema.py` is a revision of its own.
"""

from central.migrations.statements import DIALECTS, file_of, statements_of_schema


def main() -> None:
    """Write the statements for each database."""
    for dialect in DIALECTS:
        file_of(dialect).write_text(statements_of_schema(dialect), encoding="utf-8")
        print(file_of(dialect))


if __name__ == "__main__":
    main()
