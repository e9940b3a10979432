"""docs/configuration-keys.md is what the schema says, and has every key."""

import runpy
from pathlib import Path

from rigd.config import Config
from rigd.first_run.interview import ANSWERS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_current() -> None:
    page = runpy.run_path(str(DOCS / "generate_configuration.py"))["page"]()

    written = (DOCS / "configuration-keys.md").read_text(encoding="utf-8")
    assert page == written, "run docs/generate_configuration.py"


def test_every_table_and_every_key_is_on_it() -> None:
    written = (DOCS / "configuration-keys.md").read_text(encoding="utf-8")
    schema = Config.model_json_schema()

    keys = {
        key
        for one in (schema, *schema["$defs"].values())
        for key in one.get("properties", {})
        if one.get("title") not in {"DeviceAddress", "End"}
    }

    assert {key for key in keys if f"| `{key}` |" not in written} == set()


def test_every_key_of_an_answers_file_is_on_it() -> None:
    page = (DOCS / "configuration-keys.md").read_text(encoding="utf-8")
    answers = page.partition("## The answers for `rigd init --answers FILE`")[2]

    assert {key for key in ANSWERS if f"| `{key}` |" not in answers} == set()
