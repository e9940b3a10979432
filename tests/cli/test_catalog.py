"""`rigd catalog` and `rigd match` answer in words and in JSON."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from rigd.cli.catalog import catalog_app, match_command

runner = CliRunner()


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    app = typer.Typer()
    app.add_typer(catalog_app, name="catalog")
    app.command("match")(match_command)
    return app


def test_typed_in_facts_are_answered_in_the_promised_shape(app: typer.Typer) -> None:
    words = "match --kind camera --protocol indi --sensor-px 6248x4176 --pixel-um 3.76 --json"

    result = runner.invoke(app, [*words.split(), "--name", "ZWO CCD ASI2600MM Pro"])

    answer = json.loads(result.stdout)
    assert list(answer) == ["status", "id", "candidates", "evidence", "question"]
    assert (answer["status"], answer["id"]) == ("match", "zwo_asi2600mm_pro")


def test_a_wheel_of_seven_slots_asks_for_its_filter_size(app: typer.Typer) -> None:
    words = "match --kind filterwheel --slots 7 --json --name"

    result = runner.invoke(app, [*words.split(), "ZWO EFW"])

    answer = json.loads(result.stdout)
    assert answer["status"] == "ambiguous"
    assert {option["id"] for option in answer["question"]["options"]} == set(answer["candidates"])


def test_a_malformed_size_is_named(app: typer.Typer) -> None:
    result = runner.invoke(app, ["match", "--kind", "camera", "--sensor-px", "big"])

    assert result.exit_code == 2
    assert "--sensor-px big" in result.output


def test_search_lists_what_it_finds(app: typer.Typer) -> None:
    result = runner.invoke(app, ["catalog", "search", "585mc", "--kind", "camera", "--json"])

    answer = json.loads(result.stdout)
    assert "zwo_asi585mc" in [row["id"] for row in answer["entries"]]
    assert answer["total"] == len(answer["entries"])


def test_a_search_that_finds_nothing_says_so(app: typer.Typer) -> None:
    result = runner.invoke(app, ["catalog", "search", "zzz", "yyy"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "no entry of the catalog has 'zzz yyy' in its id or name\n"


def test_a_kind_that_nothing_is_matched_with_is_not_offered(app: typer.Typer) -> None:
    result = runner.invoke(app, ["match", "--kind", "mount", "--name", "EQ6"])

    assert result.exit_code == 2
    assert "'focuser'" in result.stderr
    assert result.stderr.count("mount") == 1  # as what was typed


def test_show_gives_sources_and_confidence(app: typer.Typer) -> None:
    result = runner.invoke(app, ["catalog", "show", "zwo_oag_l", "--json"])

    (entry,) = json.loads(result.stdout)
    assert entry["sources"]["rig_sheet"]["kind"] == "generated"
    assert entry["facts"]["prism_mm"]["sources"] == ["nightcrate_oag_oag_l_oag_l_68"]
    assert entry["facts"]["prism_mm"]["confidence"] == "low"
    assert entry["conflicts"][0]["used"] == 17.5


def test_an_unknown_id_is_named(app: typer.Typer) -> None:
    result = runner.invoke(app, ["catalog", "show", "no_such_thing"])

    assert result.exit_code == 2
    assert "no entry has the id 'no_such_thing'" in result.output


def test_check_is_content_with_the_shipped_catalog(app: typer.Typer) -> None:
    result = runner.invoke(app, ["catalog", "check"])

    assert result.exit_code == 0, result.output
    assert "digest" in result.output


def test_sources_that_nobody_opened_are_counted_and_listed(app: typer.Typer) -> None:
    counted = runner.invoke(app, ["catalog", "sources"])
    listed = runner.invoke(app, ["catalog", "sources", "--unread"])
    said = json.loads(runner.invoke(app, ["catalog", "sources", "--json"]).stdout)

    assert "maker: " in counted.stdout
    assert listed.stdout.count("not read: ") == len(said["unread"])
    assert sum(one["sources"] - one["read"] for one in said["counts"]) == len(said["unread"])


def test_check_says_what_it_did_not_compare(app: typer.Typer, tmp_path: Path) -> None:
    words = ["catalog", "check", "--snapshots", str(tmp_path)]
    result = runner.invoke(app, [*words, "--uncompared"])
    gone = runner.invoke(app, ["catalog", "check", "--snapshots", str(tmp_path / "gone")])

    assert "snapshots: 0 numbers of 0 sources compared (0 of them below 32" in result.stdout
    assert "not compared, no copy: nightcrate_camera, " in result.stdout
    assert "not compared, no repository file: tutorial, " in result.stdout
    assert (gone.exit_code, "no such directory" in gone.stderr) == (2, True)


def test_check_says_where_a_careful_reader_would_ask(app: typer.Typer, tmp_path: Path) -> None:
    one = '[[filter]]\nid = "one"\nmaker = "Own"\nmodel = "One"\n'
    (tmp_path / "mine.toml").write_text(one + one.replace("one", "two") + "thickness_mm = 60\n")

    result = runner.invoke(app, ["catalog", "check", str(tmp_path)])

    assert result.exit_code == 1
    assert "mine.toml:1: filter one: sources: no source names it" in result.output
    assert "mine.toml:9: filter two: thickness_mm: 60 is not between" in result.output


def test_check_says_that_a_directory_holds_nothing_to_read(
    app: typer.Typer, tmp_path: Path
) -> None:
    (tmp_path / "my.tml").write_text("")

    result = runner.invoke(app, ["catalog", "check", str(tmp_path)])

    assert result.exit_code == 1
    assert "no file in it ends in .toml" in result.output


def test_check_names_the_fault_of_an_owners_file(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[[camera]]\nid = 'x'\n")

    result = runner.invoke(app, ["catalog", "check", str(tmp_path)])

    assert result.exit_code == 1
    assert "mine.toml:1: camera x: model: is needed" in result.output


def test_an_unknown_schema_is_named(app: typer.Typer) -> None:
    result = runner.invoke(app, ["catalog", "schema", "nothing"])

    assert result.exit_code == 2
    assert "schema 'nothing'" in result.output


def test_a_directory_that_schemas_cannot_be_written_to_is_named(
    app: typer.Typer, tmp_path: Path
) -> None:
    gone, file = tmp_path / "gone", tmp_path / "file"
    file.touch()

    for target, why in ((gone, "No such file or directory"), (file, "Not a directory")):
        result = runner.invoke(app, ["catalog", "schema", "--write-to", str(target)])

        assert result.exit_code == 2
        assert result.stderr.startswith(f"--write-to {target}: ")
        assert result.stderr.endswith(f".json: {why}\n")


MINE = """
[[camera]]
id = "mine_one"
maker = "Mine"
model = "One"
mount_configurations = [{ name = "bare" }]
sources.my_ruler = ["mount_configurations"]

[sources.my_ruler]
address = "my ruler"
kind = "measurement"
origin = "me"
"""


def _configure(monkeypatch: pytest.MonkeyPatch, directory: Path, text: str) -> None:
    config = directory / "rigd.toml"
    config.write_text(text)
    monkeypatch.setenv("RIGD_CONFIG", str(config))


def test_the_configured_catalog_directories_are_searched(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text(MINE)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "two.toml").write_text(MINE.replace("mine_one", "mine_two"))
    _configure(monkeypatch, tmp_path, 'catalog_dirs = ["own"]\n')

    own = runner.invoke(app, ["catalog", "show", "mine_one"])
    other = runner.invoke(app, ["catalog", "show", "mine_two"])
    more = ["catalog", "show", "mine_two", "--catalog-dir", str(tmp_path / "more")]
    both = runner.invoke(app, more)

    assert own.exit_code == 0, own.output
    assert other.exit_code == 2
    assert both.exit_code == 0, both.output


def test_a_broken_configuration_leaves_its_directories_out_and_says_so(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configure(monkeypatch, tmp_path, "catalog_dirs = 3\n")

    result = runner.invoke(app, ["catalog", "show", "zwo_eaf"])

    assert result.exit_code == 0
    assert "catalog_dirs" in result.stderr
    assert "(given: 3)" in result.stderr


def test_a_draw_names_the_sources_of_each_value(app: typer.Typer) -> None:
    words = ["catalog", "draw", "--seed", "3", "--count", "5"]

    told = runner.invoke(app, words).stdout
    drawn = json.loads(runner.invoke(app, [*words, "--json"]).stdout)

    assert len(drawn) == 5
    for one in drawn:
        assert f"{one['field']} = " in told
        assert one["sources"]
        assert all(source["address"] in told for source in one["sources"].values())


def test_coverage_counts_a_list_and_names_what_lacks(app: typer.Typer, tmp_path: Path) -> None:
    names = tmp_path / "mine.toml"
    names.write_text('camera = ["ASI2600MM Pro", "No Such Thing"]', encoding="utf-8")

    told = runner.invoke(app, ["catalog", "coverage", str(names)])
    refused = runner.invoke(app, ["catalog", "coverage", str(tmp_path / "none.toml")])

    assert told.stdout.startswith("camera: 1 of 2 are in the catalog, 1 with the length")
    assert "not in the catalog: camera No Such Thing" in told.stdout
    assert refused.exit_code == 2
    assert "none.toml" in refused.stderr
