"""Whatever is in a file: runs, or one line of refusal, never anything else."""

import tempfile
from datetime import UTC
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.autofocus_logs.reader import read_path
from rigd.errors import InvalidValueError

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = sorted(path for path in FIXTURES.iterdir() if path.suffix != ".md")


def outcome(content: bytes) -> str:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "log"
        path.write_bytes(content)
        try:
            runs = read_path(path, zone=UTC)
        except InvalidValueError as error:
            return str(error)
    assert runs
    assert all(len({run.key, run.key}) == 1 and run.as_json()["source"] for run in runs)
    return "read"


@settings(max_examples=150, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    at=st.integers(0, 3000),
    drop=st.integers(0, 40),
    junk=st.binary(max_size=20)
    | st.sampled_from([b"NaN", b"1e999", b"-", b"null", b"9" * 400, b"{", b",,,,", b"|||"]),
)
def test_a_damaged_log_is_read_or_refused_in_one_line(
    seed: Path, at: int, drop: int, junk: bytes
) -> None:
    content = seed.read_bytes()
    damaged = content[:at] + junk + content[at + drop :]

    result = outcome(damaged)

    assert "\n" not in result


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_one_line(content: bytes) -> None:
    assert "\n" not in outcome(content)
