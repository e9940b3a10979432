"""Whatever happens while profiles are changed, the store has one whole state, old or new."""

import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import profile_text
from rigd.errors import StoreError
from rigd.store.database import Store
from rigd.store.profile_journal import What, read_profile_journal
from rigd.store.profile_transaction import carry_out
from rigd.store.profiles import (
    add,
    find_profile,
    list_profiles,
    put,
    read_profiles_in_force,
    switch,
)
from tests.limits import LIMIT_S

NAMES = ("Long", "Short")

SWITCHING = """
import sys
from itertools import pairwise
from pathlib import Path
from rigd.store.profiles import switch
from rigd.store.profile_transaction import carry_out
from rigd.store.database import Store
store = Store(Path(sys.argv[1]))
while True:
    for name in ("Short", "Long"):
        carry_out(store, lambda store: switch(store, "pier", name, "child"))
        print(name, flush=True)
"""

EDITING = """
import sys
from itertools import pairwise
from pathlib import Path
from rigd.errors import ChangedMeanwhileError; from rigd.errors import StoreError
from rigd.store.profiles import find_profile; from rigd.store.profiles import put
from rigd.store.profile_transaction import carry_out
from rigd.store.database import Store
store, me = Store(Path(sys.argv[1])), sys.argv[2]
done = 0
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    seen = find_profile(store, "Long")
    optic = seen.profile.optic.model_copy(update={"name": f"{me} {number}"})
    edited = seen.profile.model_copy(update={"optic": optic})
    try:
        carry_out(
            store, lambda store: put(store, "Long", edited, me, expect=seen.revision)
        )
    except (ChangedMeanwhileError, StoreError):
        continue
    done += 1
print(done, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = Store(tmp_path / "rigd.db")
    for name in NAMES:
        add(store, EquipmentProfile(name=name), "me")
    switch(store, "pier", "Long", "me")
    store.close()
    return tmp_path / "rigd.db"


def child(script: str, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(timeout=LIMIT_S)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def is_whole(store: Store) -> None:
    """The journal tells exactly how the profiles came to be as they are."""
    lines = read_profile_journal(store, 10_000)
    assert {one.name for one in list_profiles(store)} == set(NAMES)
    last = next(one for one in lines if one.what is What.SWITCH)
    assert last.after is not None
    assert read_profiles_in_force(store)["pier"].name == last.after["profile"]
    for one in list_profiles(store):
        newest = next(row for row in lines if row.rig is None and row.profile == one.name)
        assert newest.after is not None
        assert newest.after["toml"] == profile_text(one.profile)
        assert newest.number == one.revision
    with store.transaction() as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("said", [1, 2, 5, 8, 13])
def test_a_kill_in_the_middle_of_switching_leaves_one_whole_state(path: Path, said: int) -> None:
    process = child(SWITCHING, path)
    try:
        for _ in range(said):
            assert line(process) in NAMES
        process.send_signal(signal.SIGKILL)
    finally:
        end(process)

    store = Store(path)
    is_whole(store)
    assert sum(one.what is What.SWITCH for one in read_profile_journal(store, 10_000)) >= said
    store.close()


def test_two_processes_that_edit_at_once_lose_nothing(path: Path) -> None:
    both = [child(EDITING, path, who) for who in ("one", "other")]
    try:
        for process in both:
            assert line(process) == "ready"
        for process in both:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        done = [int(line(process)) for process in both]
    finally:
        for process in both:
            end(process)

    store = Store(path)
    is_whole(store)
    edits = [one for one in read_profile_journal(store, 10_000) if one.what is What.EDIT]
    assert len(edits) == sum(done)
    assert sum(done) > 0
    for newer, older in pairwise(edits):
        assert newer.before == older.after, "an edit overwrote what it had not seen"
    store.close()


def test_a_full_disk_refuses_the_change_and_keeps_what_was(path: Path) -> None:
    store = Store(path)
    before, lines = list_profiles(store), read_profile_journal(store, 99)
    big = EquipmentProfile.model_validate(
        {"name": "Long", "filters": {f"f{n}": {"name": "x" * 90} for n in range(400)}}
    )
    with store.transaction() as db:
        pages = db.execute("pragma page_count").fetchone()[0]
        db.execute(f"pragma max_page_count = {pages}")

    with pytest.raises(StoreError, match="full"):
        carry_out(store, lambda store: put(store, "Long", big, "me"))

    assert list_profiles(store) == before
    assert read_profile_journal(store, 99) == lines
    with store.transaction() as db:
        db.execute("pragma max_page_count = 1000000")
    carry_out(store, lambda store: put(store, "Long", big, "me"))
    assert find_profile(store, "Long").profile == big
    is_whole(store)
    store.close()
