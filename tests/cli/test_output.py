"""An output that cannot be written, or cannot show a character, ends in no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = [sys.executable, "-c", "from rigd.cli.app import main; main()"]
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["catalog supported", "catalog search eaf", "--help"])
def test_an_output_that_cannot_be_written_is_one_line(command: str) -> None:
    with FULL.open("w") as full:
        result = subprocess.run(
            [*RUN, *command.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert result.returncode == 1
    assert result.stderr == "the output cannot be written: No space left on device\n"


def test_a_character_that_the_output_cannot_show_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        '[[focuser]]\nid = "mine"\nmaker = "Möller"\nmodel = "One"\n'
        'sources = { my_ruler = ["mount_configurations"] }\n[sources.my_ruler]\n'
        'address = "my ruler"\nkind = "measurement"\norigin = "me"\n',
        encoding="utf-8",
    )
    search = ["catalog", "search", "mine", "--catalog-dir", str(tmp_path)]

    result = subprocess.run(
        [*RUN, *search],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert "M?ller" in result.stdout
