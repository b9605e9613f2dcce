"""Every text that vigie shows or says, wherever it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src" / "vigie"
_TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
_BLOCK = re.compile(r"\{%\s*blocktranslate\b.*?%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
_GETTEXT = re.compile(r"""\b(?:_|gettext|gettext_lazy)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)""")
_CONTEXT = re.compile(r"""\bp?gettext_lazy\(\s*"[^"]*",\s*"((?:[^"\\]|\\.)*)"\s*\)""")
_TRANSLATED = re.compile(r'^msgstr(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\n)+)', re.MULTILINE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Text:
    """One text, its language, and the file that holds it."""

    words: str
    language: str
    path: Path

    def __str__(self) -> str:
        return f"{self.path.relative_to(SOURCES)}: {self.words[:60]}"


def all_texts() -> Iterator[Text]:
    """Yield the English texts of templates and code, then their French translations."""
    for path in sorted(SOURCES.rglob("*.html")):
        content = path.read_text()
        for double, single in _TRANSLATE.findall(content):
            yield Text(double or single, "en", path)
        for block in _BLOCK.findall(content):
            yield from (Text(part.strip(), "en", path) for part in re.split(r"\{%\s*plural\s*%\}", block))
    for path in sorted(SOURCES.rglob("*.py")):
        content = path.read_text()
        for found in (*_GETTEXT.findall(content), *_CONTEXT.findall(content)):
            yield Text(_joined(found), "en", path)
    for path in sorted(SOURCES.rglob("locale/fr/LC_MESSAGES/*.po")):
        for found in _TRANSLATED.findall(path.read_text()):
            yield Text(_joined(found), "fr", path)


def _joined(literals: str) -> str:
    return "".join(_QUOTED.findall(literals)) or literals
