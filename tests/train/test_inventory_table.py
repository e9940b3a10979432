"""An inventory table becomes an inventory file, and its owner's rigs are answered."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.errors import TrainError
from rigd.train.answer import answer
from rigd.train.inventory_table import import_table, inventory_toml
from rigd.train.train_file import read_inventory_file, read_train_file

HEAD = (
    "Manufacturer,Model,Type,Target Type,Target Size,Sensor Type,Sensor Size,"
    "BF,Length,Threads,Reversible,InsertionPoint,Qty,ShortCode\n"
)
TABLE = (
    "\ufeff"
    + HEAD
    + """\
Acme,Cold 4/3,Sensor,Inserter,M42 ,Terminator,Zero,0,0,6.5,FALSE,FlushToSensor,1,C1
Acme,Apo 70,OTA,Terminator,Zero,Receiver,M48T,55,0,0,FALSE,FlushToTarget,1,T1
Acme,Ring 11,Adapter,Receiver,M42,Receiver,M42,0,11,0,TRUE,NoPreference,1,R11
Acme,Tube 21,Adapter,Receiver,M42,Inserter,M42,0,21,0,TRUE,NoPreference,2,T21
Acme,"Changer 16.5, black",Adapter,Inserter,M48,Inserter,M42,0,16.5,0,TRUE,NoPreference,1,C165
Acme,5 x 1.25,FilterWheel,Receiver,M42,Receiver,M42,0,20,0,TRUE,FlushToSensor,1,W
Acme,2x,Barlow,Receiver,M48,Inserter,M48,0,23,0,FALSE,NoPreference,1,B
Acme,Odd ring,Adapter,Receiver,M48WithTwoInchSleeve,Inserter,M48,0,5,0,TRUE,NoPreference,1,O
Acme,Sunk ring,Adapter,Receiver,M48,Inserter,M48,0,28,4,TRUE,NoPreference,1,S
"""
)


def test_rows_become_things_of_their_kind() -> None:
    found = import_table(TABLE)

    own = found.inventory
    assert [optic.required_back_focus_mm for optic in own.optics] == [55.0]
    assert [camera.flange_distance_mm for camera in own.cameras] == [6.5]
    assert [device.id for device in own.devices] == ["Acme 5 x 1.25"]
    assert [(part.id, part.count) for part in own.parts] == [
        ("Acme Ring 11", 1),
        ("Acme Tube 21", 2),
        ("Acme Changer 16.5, black", 1),
    ]
    assert [str(part.front) for part in own.parts] == [
        "M42x0.75 female",
        "M42x0.75 female",
        "M48x0.75 male",
    ]


def test_what_is_no_spacer_is_left_out_with_the_reason() -> None:
    left_out = import_table(TABLE).left_out

    assert len(left_out) == 3
    assert left_out[0].startswith("line 8: Acme 2x: Barlow")
    assert "M48WithTwoInchSleeve" in left_out[1]
    assert "Threads 4" in left_out[2]


def test_the_file_reads_back_as_it_was() -> None:
    own = import_table(TABLE).inventory

    again = type(own).model_validate(tomllib.loads(inventory_toml(own)))

    assert again == own


def test_the_owners_rig_is_answered(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(inventory_toml(import_table(TABLE).inventory))
    train = tmp_path / "train.toml"
    train.write_text(
        'inventory = "own.toml"\n'
        'optic = { id = "Acme Apo 70" }\n'
        'camera = { id = "Acme Cold 4/3" }\n'
    )

    best = answer(read_train_file(train)).stacks[0]

    assert sorted(placed.part.id for placed in best.chain) == [
        "Acme Changer 16.5, black",
        "Acme Ring 11",
        "Acme Tube 21",
    ]
    assert (best.path_length_um, best.back_focus_error_um) == (55000, 0)


@pytest.mark.parametrize(
    ("table", "names"),
    [
        pytest.param("Maker,Model\n", "line 1: column Manufacturer", id="columns"),
        pytest.param(TABLE.replace(",21,0,", ",long,0,"), "line 5: Length: 'long'", id="text"),
        pytest.param(TABLE.replace(",21,0,", ",-21,0,"), "line 5: Length: -21", id="negative"),
        pytest.param(TABLE.replace("NoPreference,2", "NoPreference,1.5"), "Qty: 1.5", id="half"),
    ],
)
def test_a_wrong_table_names_line_and_column(table: str, names: str) -> None:
    with pytest.raises(TrainError, match=names):
        import_table(table)


def test_the_command_writes_the_file_and_says_what_it_left_out(tmp_path: Path) -> None:
    table, output = tmp_path / "own.csv", tmp_path / "own.toml"
    table.write_text(TABLE, encoding="utf-8")

    result = CliRunner().invoke(app, ["inventory", "import", str(table), "-o", str(output)])

    assert result.exit_code == 0
    assert "1 optics, 1 cameras, 1 devices, 3 parts" in result.output
    assert "left out: line 8" in result.output
    assert len(read_inventory_file(output).parts) == 3
