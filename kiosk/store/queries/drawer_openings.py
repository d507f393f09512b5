"""Which payments open the drawer at the printer."""

from sqlite_utils import Database


def cash_payments(db: Database, after: int) -> tuple[int, ...]:
    """Payments on this device with cash among their tenders, later than an entry and not void."""
    rows = db.conn.execute(
        "SELECT seq FROM payment WHERE seq > ? AND paper = 0 AND voided IS NULL"
        " AND EXISTS (SELECT 1 FROM json_each(tenders) AS one WHERE one.value ->> 'kind' = 'cash')"
        " ORDER BY seq",
        (after,),
    ).fetchall()
    return tuple(row[0] for row in rows)
