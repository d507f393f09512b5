"""Arranges tables: first column at the right, digits aligned, lesser columns folded under on narrow paper."""

from collections.abc import Iterator

from kiosk.documents.area import Area
from kiosk.documents.layout import Box, Group, Item, stack
from kiosk.documents.nodes import Table, TableColumn
from kiosk.documents.shaping import Weight
from kiosk.documents.wrapping import wrap

_FIRST = 30
"""Least share of the first column, in hundredths, before columns fold."""
_OTHER = 30
"""Largest share of a further column of text."""


def table_groups(area: Area, table: Table) -> Iterator[Group]:
    """Arrange a table: a head that is repeated on each page, then a group for each row."""
    yield from _Table(area, table).groups()


class _Table:
    """One table at one width."""

    def __init__(self, area: Area, table: Table) -> None:
        self.area, self.table, self.style = area, table, area.style
        self.size = area.style.sizes["body"]
        self.pad = area.style.gap if area.style.shaded else 0
        self.between = area.style.gap * 2
        folded = {at for at, column in enumerate(table.columns) if area.style.narrow and column.narrow}
        self.shown = [at for at in range(len(table.columns)) if at not in folded]
        self.widths = self._widths()
        if self.widths[0] * 100 < area.width * _FIRST:
            self.shown = [at for at in self.shown if not table.columns[at].narrow]
            self.widths = self._widths()
        self.under = [
            at for at, one in enumerate(table.columns) if at not in self.shown and one.narrow == "under"
        ]

    def _widths(self) -> list[int]:
        room = self.area.width - 2 * self.pad
        widths = [self._natural(at, room) for at in self.shown[1:]]
        first = room - sum(widths) - self.between * len(widths)
        return [max(first, room * _FIRST // 200), *widths]

    def _natural(self, at: int, room: int) -> int:
        column = self.table.columns[at]
        cells = [
            (column.head, self._head_weight),
            *((row[at], self._weight(column)) for row in self.table.rows),
        ]
        lines = [line for text, weight in cells for line in wrap(text, weight, self.size, room)]
        natural = max((line.width_at(self.size) for line in lines), default=0)
        return natural if column.kind != "text" else min(natural, room * _OTHER // 100)

    _head_weight: Weight = "bold"

    def _weight(self, column: TableColumn) -> Weight:
        return "bold" if column.kind == "amount" and not self.style.shaded else "medium"

    def _columns(self) -> Iterator[tuple[int, Area]]:
        right = self.area.right - self.pad
        for at, width in zip(self.shown, self.widths, strict=True):
            yield at, self.area.inside(right - width, width)
            right -= width + self.between

    def _row(self, cells: list[tuple[str, Weight]], extra: tuple[str, ...] = ()) -> Group:
        items: list[Item] = []
        height = 0
        for position, (at, column) in enumerate(self._columns()):
            text, weight = cells[at]
            lines = [*column.text(text, "body", weight)]
            if position == 0:
                lines += [
                    line for more in extra for line in column.text(more, "small", "medium", shade="soft")
                ]
            cell = stack(lines)
            items += cell.items
            height = max(height, cell.height)
        return Group(height, tuple(items))

    def _head(self) -> Group:
        style = self.style
        row = self._row([(column.head, self._head_weight) for column in self.table.columns])
        if style.shaded:
            height = row.height + self.pad
            band = Box(self.area.left, 0, self.area.width, height, "faint")
            line = self.area.rule(height - style.stroke, style.stroke)
            top = self.pad // 2 + style.sizes["body"] // 8
            return Group(height + self.pad // 2, (band, *row.moved(0, top).items, line), keep=True)
        line = self.area.rule(row.height, style.stroke)
        return Group(row.height + style.stroke + style.gap // 2, (*row.items, line), keep=True)

    def groups(self) -> Iterator[Group]:
        head = self._head()
        yield head
        for row in self.table.rows:
            columns = self.table.columns
            cells = [(text, self._weight(column)) for text, column in zip(row, columns, strict=True)]
            extra = tuple(f"{columns[at].head}: {row[at]}" for at in self.under if row[at])
            group = self._row(cells, extra)
            if self.style.shaded:
                line = self.area.rule(group.height, 1, "soft")
                group = Group(group.height + self.pad // 2, (*group.items, line))
            elif self.under:
                group = Group(group.height + self.style.gap // 2, group.items)
            yield Group(group.height, group.items, again=head)
        yield Group(self.style.gap // 2, ())
