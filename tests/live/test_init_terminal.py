"""`rigd init` as a person meets it at a terminal, beside a real indiserver with two wheels."""

import asyncio
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from rigd.config import Config
from rigd.first_run.interview import MOST_ASKED
from rigd.focus.state.settings import Mode
from tests.first_run.homes import RUNS, add_ekos, add_nina, add_runs
from tests.limits import LIMIT_S
from tests.live.indiserver import IndiServer, RawListener
from tests.ports import free_port
from tests.terminal import Terminal

pytestmark = [pytest.mark.live, pytest.mark.slow]

TWO_WHEELS = (
    ("indi_simulator_focus", "ZWO EAF"),
    ("indi_simulator_wheel", "ZWO EFW"),
    ("indi_simulator_wheel", "QHYCFW2"),
    ("indi_simulator_ccd", "ZWO CCD ASI2600MM Pro"),
)
QUESTION = re.compile(r"^Answer \[.*\]: ", re.MULTILINE)
FIT_LIMIT_S = 240.0
"""`init` itself waits 180 s for the offsets."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    async def all_are_there(port: int) -> None:
        async with RawListener(port) as wire:
            await wire.wait(lambda: all(wire.latest(n, "CONNECTION") for _, n in TWO_WHEELS), "all")

    with IndiServer(tmp_path, simulators=(), named=TWO_WHEELS) as running:
        asyncio.run(all_are_there(running.port))
        yield running


def at_terminal(server: IndiServer, home: Path, config: Path, *words: str) -> Terminal:
    here = ("--config", str(config), "--server", f"localhost:{server.port}", "--home", str(home))
    port = ("--port", str(free_port()), "--discovery-port", "0")
    return Terminal("rigd", ("init", *here, *port, *words), {**os.environ, "HOME": str(home)})


def answer_all(terminal: Terminal, answers: dict[str, str]) -> int:
    """Answer each question, by its beginning, else by Enter; how many there were."""
    question = ""
    while "written" not in (question := question + terminal.until(": ")):
        if QUESTION.search(question):
            said = next((said for begin, said in answers.items() if begin in question), "")
            terminal.type(said)
            question = ""
    assert terminal.end() == 0, terminal.shown
    for begin in answers:
        assert begin in terminal.shown
    return len(QUESTION.findall(terminal.shown))


def rig_of(config: Path) -> tuple[Mode, tuple[str | None, ...]]:
    """The mode, and the devices of wheel, focuser and camera."""
    (rig,) = Config.model_validate(tomllib.loads(config.read_text(encoding="utf-8"))).rigs
    assert rig.equipment is not None
    found = dict(rig.equipment.addresses())
    return rig.mode, tuple(found[role].device for role in ("wheel", "focuser", "camera"))


def test_a_person_with_ekos_and_two_wheels_has_a_rig_that_has_learnt(
    server: IndiServer, tmp_path: Path
) -> None:
    home, config = tmp_path / "home", tmp_path / "rigd.toml"
    add_ekos(home)
    add_runs(home)

    with at_terminal(server, home, config) as terminal:
        terminal.until("Which program takes the pictures")
        terminal.until("]: ")
        terminal.type("Ekoss")
        terminal.until("'Ekoss' is not one of")
        terminal.until("did you mean 'Ekos'?\n")
        terminal.until("]: ")
        terminal.type("ekos")
        while "written" not in (shown := terminal.until(": ")):
            if QUESTION.search(shown):
                terminal.type("")
        terminal.until(f"{RUNS} runs kept to learn from")
        terminal.until("Computing offsets from them")
        terminal.until("Next: ", limit_s=FIT_LIMIT_S)
        status = terminal.end()

    asked = len(QUESTION.findall(terminal.shown)) - 1  # one was asked twice
    assert status == 0, terminal.shown
    assert 0 < asked <= MOST_ASKED
    assert rig_of(config) == (Mode.APPLY, ("ZWO EFW", "ZWO EAF", "ZWO CCD ASI2600MM Pro"))
    assert re.search(r"H_Alpha: -\d+ steps \(", terminal.shown)


def test_a_person_with_nina_has_the_wheel_of_two_that_nina_names(
    server: IndiServer, tmp_path: Path
) -> None:
    home, config = tmp_path / "home", tmp_path / "rigd.toml"
    add_nina(home)

    with at_terminal(server, home, config, "--no-start") as terminal:
        asked = answer_all(terminal, {})

    assert 0 < asked <= MOST_ASKED
    assert "Which filter wheel" not in terminal.shown
    assert rig_of(config) == (Mode.APPLY, ("ZWO EFW", "ZWO EAF", "ZWO CCD ASI2600MM Pro"))


def test_a_person_with_no_profile_is_asked_which_wheel(server: IndiServer, tmp_path: Path) -> None:
    home, config = tmp_path / "home", tmp_path / "rigd.toml"
    home.mkdir()

    with at_terminal(server, home, config, "--no-start") as terminal:
        asked = answer_all(
            terminal,
            {
                "Which filter wheel is": "QHYCFW2",
                "Which filter is in each slot": "L, R, G, B, Ha 3nm, Empty, OIII",
                "Which telescope": "f/5",
            },
        )

    assert 0 < asked <= MOST_ASKED
    assert rig_of(config) == (Mode.APPLY, ("QHYCFW2", "ZWO EAF", "ZWO CCD ASI2600MM Pro"))


def test_the_labels_that_a_wheels_driver_keeps_are_offered(
    server: IndiServer, tmp_path: Path
) -> None:
    home, config = tmp_path / "home", tmp_path / "rigd.toml"
    (home / ".indi").mkdir(parents=True)
    labels = ("Lum", "Red", "Green", "Blue", "Ha")
    texts = "".join(
        f"<oneText name='FILTER_SLOT_NAME_{number}'>{label}</oneText>"
        for number, label in enumerate(labels, 1)
    )
    (home / ".indi" / "QHYCFW2_config.xml").write_text(
        f"<INDIDriver><newTextVector device='QHYCFW2' name='FILTER_NAME'>{texts}</newTextVector>"
        "</INDIDriver>",
        encoding="utf-8",
    )

    with at_terminal(server, home, config, "--no-start") as terminal:
        answer_all(terminal, {"Which filter wheel is": "QHYCFW2"})

    assert "Answer [Lum, Red, Green, Blue, Ha]: " in terminal.shown
    assert "Lum, Red, Green, Blue, Ha (as its driver keeps them)" in terminal.shown


def test_who_leaves_in_the_middle_leaves_nothing_behind(server: IndiServer, tmp_path: Path) -> None:
    home, config = tmp_path / "home", tmp_path / "rigd.toml"
    add_nina(home)

    with at_terminal(server, home, config) as terminal:
        terminal.until("]: ", limit_s=2 * LIMIT_S)
        terminal.type("\x03")
        status = terminal.end()

    assert status != 0
    assert "Traceback" not in terminal.shown
    assert "nothing is written" in terminal.shown
    assert not config.exists()
