"""Run coroutine tests, fail those that leave tasks behind, and share the tests out to workers."""

import asyncio
import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rigd.config import state_directory
from tests.limits import TEST_LIMIT_S
from tests.rigd_process import STARTER

OF_THE_USER = state_directory()
"""Whoever runs the tests may have a rigd of their own: its database is no test's business."""
APART, TOGETHER = "tests/live/", ("tests/live/test_conformance.py",)
"""Whose tests are shared out one by one; but those in which a daemon serves a whole module."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    kwargs: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in names}

    async def body() -> None:
        await asyncio.wait_for(pyfuncitem.obj(**kwargs), timeout=TEST_LIMIT_S)
        leaked = asyncio.all_tasks() - {asyncio.current_task()}
        if leaked:
            pytest.fail(f"tasks left running: {leaked}")

    asyncio.run(body(), debug=True)
    return True


@pytest.fixture(scope="session", autouse=True)
def home_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep all that a test or a daemon of its own reads and writes by default in a new folder."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("STATE_DIRECTORY", "RIGD_CONFIG", "RIGD_URL"):
            patch.delenv(variable, raising=False)
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        yield home


@pytest.fixture(scope="session", autouse=True)
def rigd_forked() -> Iterator[None]:
    """Fork daemons and commands from a process that has imported rigd."""
    with STARTER.forking():
        yield


@pytest.fixture(autouse=True)
def state_of_its_own(
    home_of_tests: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give each test a state folder that no other has written; it exists once it is used."""
    monkeypatch.setenv("XDG_STATE_HOME", str(home_of_tests / f"state-{id(request.node)}"))


@pytest.fixture(scope="session", autouse=True)
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Begin each store with a copy of one that has been migrated: 2 ms instead of 150.

    A store whose folder is still missing is made from nothing, as it is outside the tests.
    """
    from rigd.store.database import Store

    template = tmp_path_factory.mktemp("template") / "rigd.db"
    open_store = Store.__init__

    def open_copy(store: Store, path: Path) -> None:
        if path.is_relative_to(OF_THE_USER):
            pytest.fail(f"a test opens the database of whoever runs it: {path}")
        if path.parent.is_dir() and not path.exists():
            if not template.exists():
                made = Store.__new__(Store)
                open_store(made, template)
                made.close()
            shutil.copyfile(template, path)
        open_store(store, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "__init__", open_copy)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest tests first: a worker that gets one last keeps the others waiting."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("slow"):
        return 0
    return 1 if item.get_closest_marker("live") else 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give a worker a whole module, whose tests share fixtures, or one live test.

    Live tests are long and each starts what it needs. Any `--dist` but the default is xdist's own.
    """
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ModulesAndLiveTests(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return nodeid if module.startswith(APART) and module not in TOGETHER else module

    config.option.loadscopereorder = False  # the order is that of `_turn`
    return ModulesAndLiveTests(config, log)
