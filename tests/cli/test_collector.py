"""The garbage collector is at rest while a command begins, and at work afterwards."""

import subprocess
import sys

SCRIPT = """
import gc
from rigd.cli.collector import pause_collector, resume_collector
{calls}
print(gc.isenabled(), gc.get_freeze_count() > 1000)
"""


def collector_after(calls: str) -> str:
    command = [sys.executable, "-c", SCRIPT.format(calls=calls)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_it_rests_in_a_pause() -> None:
    assert collector_after("pause_collector()") == "False False"


def test_after_a_pause_it_works_and_leaves_alone_what_was_there() -> None:
    assert collector_after("pause_collector(); resume_collector()") == "True True"


def test_without_a_pause_nothing_is_left_alone() -> None:
    assert collector_after("resume_collector()") == "True False"
