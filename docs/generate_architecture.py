"""Draw the packages into docs/architecture.md, out of the contracts that import-linter checks.

python docs/generate_architecture.py [--check]

Layers, purity and the drivers' door come from pyproject.toml; what lives in a package is the first
line of its docstring. The rest of the page is written by hand.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "architecture.md"
BEGIN = "<!-- packages: written by docs/generate_architecture.py -->\n"
END = "<!-- end of packages -->\n"


def contracts() -> dict[str, dict[str, object]]:
    """Return every contract of pyproject.toml by its name."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {contract["name"]: contract for contract in listed}


def layers(name: str) -> list[list[str]]:
    """Return the layers of the contract whose name begins so, the highest first."""
    (contract,) = (body for title, body in contracts().items() if title.startswith(name))
    return [[package.strip() for package in layer.split("|")] for layer in contract["layers"]]


def sources(name: str) -> set[str]:
    """Return the packages that a contract is about, without `rigd.`."""
    return {module.removeprefix("rigd.") for module in contracts()[name]["source_modules"]}


def docstring(package: str) -> list[str]:
    """Return the lines of a package's (or module's) docstring; `package` as in a path."""
    path = ROOT / package
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return [line for line in text.splitlines() if line]


def may_import(package: str) -> str:
    """Return the words with which a package of rigd says what it may import."""
    table = layers("rigd layers")
    depth = next(number for number, layer in enumerate(table) if package in layer)
    views_only = contracts()["API, alerts and publishing see views only"]
    sees_views = f"rigd.{package}" in views_only["source_modules"]
    forbidden = views_only["forbidden_modules"] if sees_views else ()
    below = [[p for p in layer if f"rigd.{p}" not in forbidden] for layer in table[depth + 1 :]]
    below = [layer for layer in below if layer]
    nearest = below[0]
    if len(below) == 1:
        return f"May import {' and '.join(nearest)}"
    return (
        f"May import {', '.join(nearest)} and what stands below {'them' if nearest[1:] else 'it'}"
    )


def picture() -> Iterator[str]:
    """Yield the lines of the picture: a box of layers, what lives in each package, the drivers."""
    pure, table = sources("the middle is pure"), layers("rigd layers")
    width = max(len(package) for layer in table for package in layer)
    edge = "─" * (width + 4)
    yield f"┌{edge}┐"
    for number, layer in enumerate(table):
        if number:
            yield f"├{edge}┤"
        for package in layer:
            mark = "°" if package in pure else " "
            yield f"│ {package:<{width}} {mark} │ {docstring(f'rigd/{package}')[0]}"
    yield f"└{edge}┘"
    door = [" | ".join(layer).replace(" |", ",") for layer in layers("drivers see only")]
    yield "  ─► ".join(door)


def drawn() -> str:
    """Return the page as it should be: as it is, with the picture drawn anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n```\n{chr(10).join(picture())}\n```\n\n{END}{after}"


def main() -> int:
    """Write the page, or say whether it is what would be written."""
    text = drawn()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write("docs/architecture.md: run docs/generate_architecture.py\n")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
