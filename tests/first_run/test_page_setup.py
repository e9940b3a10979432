"""The first configuration from the page: a plan as at a terminal, written as it was shown."""

import asyncio
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from rigd.errors import ChangedMeanwhileError, ConfigError, RefusedError
from rigd.first_run import page_setup
from rigd.first_run.findings import Findings
from rigd.first_run.page_setup import PageSetup
from tests.first_run.test_make_plan import CAMERA, EAF, EFW, findings, server

LABELS = ("L", "R", "G", "B", "Ha 3nm")


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., PageSetup]:
    def make(*names: str, is_open: bool = False, reloads: list[int] | None = None) -> PageSetup:
        found = findings(tmp_path, *names)
        if names:
            found = Findings(servers=(server(*names, labels=LABELS),), profiles=found.profiles)

        async def look_around(*_: object, **__: object) -> Findings:
            return found

        monkeypatch.setattr(page_setup, "look_around", look_around)
        setup = PageSetup(
            tmp_path / "rigd" / "rigd.toml",
            reload=lambda: None if reloads is None else reloads.append(1),
            is_open=is_open,
            discovery_port=0,
        )
        setup.look(())
        return setup

    return make


def test_what_is_found_and_asked_is_shown_before_anything_is_written(
    look: Callable[..., PageSetup], tmp_path: Path
) -> None:
    async def run() -> None:
        plan = await look(CAMERA, EFW, EAF).plan({})

        assert any(EAF in line for line in plan.found)
        keys = [one.key for one in plan.questions]
        assert "program" in keys
        assert len(keys) <= 6
        assert plan.toml is not None
        assert EAF in plan.toml
        assert (plan.path, plan.is_replaced) == (str(tmp_path / "rigd" / "rigd.toml"), False)
        assert not (tmp_path / "rigd").exists()

    asyncio.run(run())


def test_an_answer_changes_what_would_be_written_and_a_wrong_one_says_so(
    look: Callable[..., PageSetup],
) -> None:
    async def run() -> None:
        setup = look(CAMERA, EFW, EAF)

        said = await setup.plan({"program": "Ekos", "telescope": "f/5"})
        wrong = await setup.plan({"program": "Photoshop"})

        assert said.toml is not None
        assert tomllib.loads(said.toml)["rigs"][0]["equipment"]["optic"]["focal_ratio"] == 5.0
        (fault,) = [one.fault for one in wrong.questions if one.key == "program"]
        assert fault is not None
        assert "'Photoshop' is not one of" in fault
        assert wrong.toml is not None

    asyncio.run(run())


def test_what_was_shown_is_written_and_rigd_goes_on_with_it(
    look: Callable[..., PageSetup], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_setup, "GO_ON_S", 0.0)

    async def run() -> None:
        reloads: list[int] = []
        setup = look(CAMERA, EFW, EAF, reloads=reloads)
        plan = await setup.plan({"telescope": "f/5"})
        assert plan.toml is not None

        with pytest.raises(ChangedMeanwhileError, match="another text"):
            await setup.write({"telescope": "f/7"}, plan.toml)
        # A browser sends the lines of a text with CR and LF.
        name = await setup.write({"telescope": "f/5"}, plan.toml.replace("\n", "\r\n"))
        setup.go_on()
        setup.go_on()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        written = (tmp_path / "rigd" / "rigd.toml").read_text(encoding="utf-8")
        assert written == plan.toml
        assert tomllib.loads(written)["rigs"][0]["name"] == name
        assert reloads == [1]

    asyncio.run(run())


def test_nobody_on_the_network_writes_without_a_token(
    look: Callable[..., PageSetup], tmp_path: Path
) -> None:
    async def run() -> None:
        setup = look(CAMERA, EFW, EAF, is_open=True)
        plan = await setup.plan({})

        with pytest.raises(RefusedError, match="no `token` is set, so anybody on the network"):
            await setup.write({}, plan.toml or "")

        assert not (tmp_path / "rigd").exists()

    asyncio.run(run())


def test_without_any_device_nothing_is_written_and_the_simulators_are_named(
    look: Callable[..., PageSetup],
) -> None:
    async def run() -> None:
        setup = look()
        plan = await setup.plan({})

        assert plan.toml is None
        assert "indi_simulator_ccd" in (plan.wrong or "")
        with pytest.raises(ConfigError, match="Nothing is there"):
            await setup.write({}, "")

    asyncio.run(run())
