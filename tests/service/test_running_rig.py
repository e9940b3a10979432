"""A running rig changes by its own methods alone, and its core by events alone."""

import ast
import asyncio
from pathlib import Path
from typing import Any

import pytest

import rigd
from rigd.focus.stacked_wheels import TwoWheels, advance_both
from rigd.focus.state.requests import ProfileChanged, SlotsComputed
from rigd.focus.state.rig import Rig
from rigd.service import profile_edits
from rigd.service.running_rig import RunningRig
from rigd.view.rig import Client
from tests.service.live import PROFILE, living

SERVICE = Path(rigd.__file__).parent / "service"
OTHERS = sorted(path for path in SERVICE.glob("*.py") if path.stem != "running_rig")
OWNER = Client(name="the owner")
OPEN = PROFILE.replace(
    'address = { server = "sim", device = "Simulated Wheel", connect = true }\n', ""
).replace('direction = "outward"\n', "")
LIMIT_S = 60.0


def assigned(target: ast.expr) -> list[ast.Attribute]:
    """The attributes that an assignment sets."""
    if isinstance(target, ast.Tuple):
        return [one for element in target.elts for one in assigned(element)]
    return [target] if isinstance(target, ast.Attribute) else []


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_no_other_module_sets_a_field_of_a_running_rig(path: Path) -> None:
    fields = set(RunningRig.__dataclass_fields__)
    targets: list[ast.expr] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets.append(node.target)

    set_by_others = [
        f"line {one.lineno}: {ast.unparse(one)}"
        for target in targets
        for one in assigned(target)
        if one.attr in fields and ast.unparse(one.value) != "self"
    ]

    assert set_by_others == []


class Recorded:
    """A rig before its first event, and all events that it was fed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.began: Rig | None = None
        self.events: list[Any] = []
        advance = RunningRig.advance

        def recording(running: RunningRig, event: Any) -> Any:
            if self.began is None:
                self.began = running.rig
            self.events.append(event)
            return advance(running, event)

        monkeypatch.setattr(RunningRig, "advance", recording)

    def replayed(self) -> tuple[Rig, TwoWheels]:
        """The rig after the same events."""
        assert self.began is not None
        rig, wheels = self.began, TwoWheels()
        for event in self.events:
            step, wheels = advance_both(rig, wheels, event)
            rig = step.rig
        return rig, wheels


async def test_a_night_replayed_is_the_same_rig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded(monkeypatch)
    monkeypatch.setattr(profile_edits, "ALL_SEEN_S", 0.0)
    async with asyncio.timeout(LIMIT_S), living(tmp_path, monkeypatch, profile=OPEN) as live:
        observatory = live.observatory
        await observatory.request_answer("one", "focuser.direction", "outward", OWNER)
        await live.put("filterwheel", "position", Position=1)
        await live.until_filter(1)
        text = OPEN.replace("thickness_mm = 3.0", "thickness_mm = 3.5")
        await observatory.profiles.put("Learner", text, OWNER)
        await live.put("filterwheel", "position", Position=4)
        await live.until_filter(4)
        await observatory.request_recompute("one", OWNER)

        running = observatory._rigs["one"]
        replayed = recorded.replayed()

        assert replayed == (running.rig, running.wheels)
    kinds = {type(event) for event in recorded.events}
    assert kinds > {ProfileChanged, SlotsComputed}
    assert running.rig.settings.wheel == live.driver.wheel_ref
    sentences = [e.sentence for e in recorded.events if isinstance(e, ProfileChanged)]
    assert any("wheel.address is" in sentence for sentence in sentences)
    assert any("says something else now" in sentence for sentence in sentences)
