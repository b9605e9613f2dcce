"""
Fetch the pinned browser libraries, keep the files we serve, and rebuild the icon sprite.

    python tools/vendor_static.py           everything, from the npm registry (`npm` must be installed)
    python tools/vendor_static.py --icons   the sprite only, after adding a name to `static/vendor/icons.txt`

Icons named in templates by `{% icon "name" %}` are found by themselves; names used from Python go into the list.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/vigie/static/vendor"
TEMPLATES = ROOT / "src/vigie/templates"
ICON_IN_TEMPLATE = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""")
SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
MAP_COMMENT = re.compile(rb"/[/*]# sourceMappingURL=\S+(?: \*/)?\s*$")


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    licence: str
    files: dict[str, Path]


ICONS = Package("@tabler/icons", "3.51.0", "MIT", {"LICENSE": VENDOR / "tabler-icons/LICENSE"})
PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "MIT",
        {
            "dist/css/tabler.min.css": VENDOR / "tabler/tabler.min.css",
            "dist/js/tabler.min.js": VENDOR / "tabler/tabler.min.js",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        {"dist/htmx.min.js": VENDOR / "htmx/htmx.min.js", "LICENSE": VENDOR / "htmx/LICENSE"},
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": VENDOR / "inter/inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": VENDOR / "inter/inter-latin-ext.woff2",
            "LICENSE": VENDOR / "inter/LICENSE",
        },
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {
            "axe.min.js": ROOT / "tests/browser/vendor/axe.min.js",
            "LICENSE": ROOT / "tests/browser/vendor/LICENSE",
        },
    ),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if "--icons" not in sys.argv:
            for package in PACKAGES:
                keep(package, unpack(package, scratch))
        icons = unpack(ICONS, scratch)
        keep(ICONS, icons)
        write_sprite(icons / "icons/outline")
    write_versions()


def unpack(package: Package, scratch: Path) -> Path:
    """Download one package and return the folder of its files."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    printed = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True).stdout
    target = scratch / package.name.replace("/", "-")
    with tarfile.open(scratch / printed.split()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def keep(package: Package, folder: Path) -> None:
    """Copy the files we serve, without the pointers to source maps that we do not ship."""
    for inside, target in package.files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(MAP_COMMENT.sub(b"", (folder / inside).read_bytes()))


def icon_names() -> list[str]:
    """Return the icons to ship: those named in templates and those listed by hand."""
    listed = (VENDOR / "icons.txt").read_text().split()
    found = (name for page in TEMPLATES.rglob("*.html") for name in ICON_IN_TEMPLATE.findall(page.read_text()))
    return sorted({*listed, *found})


def write_sprite(folder: Path) -> None:
    symbols = []
    for name in icon_names():
        path = folder / f"{name}.svg"
        if not path.exists():
            print(f"no such icon: {name}", file=sys.stderr)
            continue
        body = SVG_BODY.search(path.read_text())
        assert body, path
        lines = (line.strip() for line in body[1].splitlines())
        drawn = "".join(line for line in lines if line and 'd="M0 0h24v24H0z"' not in line)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>')
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (VENDOR / "tabler-icons/sprite.svg").write_text(sprite)


def write_versions() -> None:
    """List what is shipped, under which licence, with the digest of each file."""
    lines = [
        "# Browser libraries kept in this tree",
        "",
        "Refreshed by `tools/vendor_static.py`; nothing is edited by hand.",
        "",
    ]
    lines += ["| package | version | licence | file | sha256 |", "|---|---|---|---|---|"]
    sprite = Package(ICONS.name, ICONS.version, ICONS.licence, {"sprite": VENDOR / "tabler-icons/sprite.svg"})
    for package in (*PACKAGES, sprite):
        for path in package.files.values():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            name = path.relative_to(ROOT)
            lines.append(f"| {package.name} | {package.version} | {package.licence} | `{name}` | `{digest}` |")
    (VENDOR / "VERSIONS.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
