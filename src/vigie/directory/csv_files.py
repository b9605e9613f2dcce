"""CSV files as spreadsheets write and read them. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from vigie.directory.sheets import SHEETS, Draft, SheetKind, plain
from vigie.errors import Invalid

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableFile(Invalid):
    """This file has no row of headings that vigie knows."""

    code = "unreadable_file"


def decoded(content: bytes) -> str:
    """Return the text of a file written by a spreadsheet: UTF-8 with or without mark, or Windows' own."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(kind: SheetKind, text: str) -> list[Draft]:
    """
    Return one draft for each row of `text` that is not empty; a draft's number is its line in the file.

    The separator is guessed from the headings. Raises: UnreadableFile, naming the columns that are missing.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    headings: list[str | None] | None = None
    drafts: list[Draft] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if headings is None:
            headings = _headings(kind, cells)
            continue
        pairs = zip(headings, cells, strict=False)
        drafts.append(Draft(reader.line_num, {name: _bare(cell) for name, cell in pairs if name}))
    if headings is None:
        raise UnreadableFile(missing=[column.name for column in SHEETS[kind] if column.is_required])
    return drafts


def _headings(kind: SheetKind, cells: Sequence[str]) -> list[str | None]:
    known = {plain(word): column.name for column in SHEETS[kind] for word in (*column.aliases, column.name)}
    found = [known.get(plain(cell)) for cell in cells]
    missing = [column.name for column in SHEETS[kind] if column.is_required and column.name not in found]
    if missing:
        raise UnreadableFile(missing=missing)
    return found


def write(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV text that a spreadsheet opens by a double click and that cannot make it compute anything."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
