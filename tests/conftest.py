"""Run coroutine tests and fail those that leave tasks behind."""

import asyncio
import inspect
from typing import Any

import pytest

LIMIT_S = 20
LIVE_LIMIT_S = 120


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    kwargs: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in names}
    limit_s = LIVE_LIMIT_S if pyfuncitem.get_closest_marker("live") else LIMIT_S

    async def body() -> None:
        await asyncio.wait_for(pyfuncitem.obj(**kwargs), timeout=limit_s)
        leaked = asyncio.all_tasks() - {asyncio.current_task()}
        if leaked:
            pytest.fail(f"tasks left running: {leaked}")

    asyncio.run(body(), debug=True)
    return True
