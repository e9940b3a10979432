"""Rigs in many states, as the outside sees each: the same at every run.

`python -m tests.view.states > tests/view/replies.json` keeps what the API says of them.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import as_file, files
from typing import Any

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.config import RigConfig
from rigd.devices.events import (
    MountReport,
    OffsetsDeclared,
    ProgramOffset,
    ServerDown,
)
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.answers import GivenAnswer
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import TrainProfile
from rigd.equipment.profile_toml import parse_profile, read_profile
from rigd.focus.state.requests import HoldRequested
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import LearntOffset, Mode
from rigd.focus.state.temperature import TemperatureSettings
from rigd.setup.derive import SetupDeriver
from rigd.setup.profile_summary import summarise_profile
from rigd.view.build import ViewInputs, build_view
from rigd.view.device_matches import DeviceMatches
from rigd.view.questions import RigQuestions
from rigd.view.rig import RigIdentity, RigView
from rigd.view.status import ModeChoice
from rigd.view.to_json import to_json
from rigd.view.train import UnknownTrain
from tests.equipment.test_wheel_slots import TEXT
from tests.focus.night import GUIDE_FOCUSER, SLOTS, Night

IDENTITY = RigIdentity(number=0, wheel_id="w", focuser_id="f", safety_id="s")
NO_INPUTS = ViewInputs(
    match=DeviceMatches(rig="rig", devices=()),
    train=UnknownTrain(rig="rig", unknown="nothing was said of it"),
    questions=RigQuestions(rig="rig", questions=(), answers=()),
    profile=summarise_profile(Night().rig, EquipmentProfile(name="Bare")),
)
"""Of a rig of which nothing was derived."""
CONFIG = RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml")
SIMULATORS = ("CCD Simulator", "Filter Simulator", "Focuser Simulator")
LEARNT = LearntOffset(
    focus_offset_steps=38.5,
    se_steps=1.25,
    low_steps=36.0,
    high_steps=41.0,
    runs=7,
    state="trusted",
    reason=None,
    at="2026-01-01T00:00:00+00:00",
)


def nights() -> Iterator[tuple[str, Rig]]:
    """The core in states that a night brings."""
    yield "nothing seen", Night().rig
    yield "at rest", Night().begin().rig
    yield "offsets published", Night(Mode.PUBLISH, slots=SLOTS[:3]).begin().rig
    changing = Night().begin()
    changing.ask(1)
    yield "a change under way", changing.rig
    changing.wheel(1)
    changing.arrive(30040)
    yield "a change done", changing.rig
    changing.ask(3)
    changing.wheel(3)
    yield "an offset unknown", changing.rig
    waiting = Night().begin()
    waiting.camera(busy=True)
    waiting.wheel(2)
    yield "a filter's offset waits", waiting.rig
    failed = Night().begin()
    failed.ask(1)
    failed.wheel(None, fault="the wheel is stuck")
    yield "a change failed", failed.rig
    gone = Night().begin()
    gone.focuser_gone()
    gone.feed(HoldRequested(at_s=gone.now_s, client="you", hold=True))
    gone.feed(ServerDown(at_s=gone.now_s, server="sim", reason="connection refused"))
    gone.feed(
        MountReport(
            at_s=gone.now_s,
            ref=DeviceRef("sim", "mount"),
            connected=True,
            focal_length_mm=480.0,
            aperture_mm=80.0,
        )
    )
    yield "gone and held", gone.rig
    asked = Night(Mode.OBSERVE, programs=("nina", "indigo")).begin()
    asked.feed(
        OffsetsDeclared(
            at_s=asked.now_s,
            server="nina",
            program="N.I.N.A.",
            address="127.0.0.1",
            applies=True,
            offsets=(ProgramOffset(filter_position=1, name="R", steps=40),),
        )
    )
    yield "programs asked", asked.rig
    warm = Night(
        temperature=TemperatureSettings(
            steps_per_c=-4.0, dead_band_steps=5, max_age_s=60.0, lasts_s=60.0
        ),
        guide_focuser=GUIDE_FOCUSER,
        guide_steps_per_step=0.5,
        slots=(SLOTS[0], replace(SLOTS[1], learnt=LEARNT, state="trusted"), *SLOTS[2:]),
    )
    warm.celsius = 8.5
    yield "temperature, guide focuser, learnt", warm.begin().rig


def demo() -> EquipmentProfile:
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        return read_profile(path)


def without(profile: EquipmentProfile, **gaps: Any) -> EquipmentProfile:
    tables = {name: getattr(profile, name).model_copy(update=new) for name, new in gaps.items()}
    return profile.model_copy(update=tables)


Equipment = tuple[str, EquipmentProfile, tuple[str, ...], tuple[GivenAnswer, ...]]
"""A name, a profile, the names that its devices bear, and the answers given."""


def equipments() -> Iterator[Equipment]:
    """What a person may have."""
    whole = demo()
    yield "all known", whole, SIMULATORS, ()
    yield "not seen", whole, (), ()
    unnamed = without(whole, focuser={"direction": None, "step_size_um": None})
    unnamed = unnamed.model_copy(update={"train": TrainProfile()})
    given = (
        GivenAnswer(key="focuser.direction", value="inward", at="then", by="you"),
        GivenAnswer(key="train.owned", value={"zwo_t2_t2_2": 1}, at="then", by="you"),
        GivenAnswer(key="focuser.moves", value="primary", at="then", by="you"),
    )
    yield "asked", unnamed, SIMULATORS, given
    bare = without(whole, camera={"flange_distance_mm": None, "end": None})
    yield "recognised", bare, ("ZWO CCD ASI2600MM Pro", "ZWO EFW", "ZWO EAF"), ()
    yield "no stack", without(whole, optic={"required_back_focus_mm": 20.0}), SIMULATORS, ()
    yield "no distance", without(whole, optic={"required_back_focus_mm": None}), SIMULATORS, ()
    yield "two wheels", parse_profile(TEXT, "two.toml"), (), ()
    yield "bare", EquipmentProfile(name="Bare"), (), ()


def rig_with(profile: EquipmentProfile, names: tuple[str, ...], catalog: Catalog) -> Rig:
    """The rig of a profile with the devices that bear these names."""
    rig = Rig(settings=SetupDeriver(CONFIG, profile, catalog).settings(()))
    refs = (rig.settings.camera, rig.settings.wheel, rig.settings.focuser)
    kinds = (DeviceKind.CAMERA, DeviceKind.FILTERWHEEL, DeviceKind.FOCUSER)
    seen = tuple(
        DeviceIdentity(
            ref=ref,
            protocol=WireProtocol.INDI,
            name=name,
            kinds=frozenset({kind}),
            driver="indi_simulator",
            slots=7 if kind is DeviceKind.FILTERWHEEL else None,
        )
        for ref, name, kind in zip(refs, names, kinds, strict=False)
        if ref is not None
    )
    return replace(rig, identities=seen)


def views(catalog: Catalog) -> Iterator[tuple[str, RigView]]:
    """What the outside sees in each state."""
    for name, rig in nights():
        yield name, build_view(rig, IDENTITY, NO_INPUTS)
    for name, profile, names, given in equipments():
        deriver = SetupDeriver(CONFIG, profile, catalog)
        rig = rig_with(profile, names, catalog)
        derived = deriver.derive(rig, given)
        train, drawn = deriver.train_of(derived)
        rig = replace(rig, settings=replace(rig.settings, slots=derived.slots))
        inputs = ViewInputs(
            match=derived.match,
            train=train,
            train_svg=drawn,
            questions=derived.questions.read(),
            profile=derived.summary,
            chosen=ModeChoice(mode=Mode.APPLY, by="you", at="then"),
            sources=derived.sources,
        )
        yield name, build_view(rig, IDENTITY, inputs)


def replies(view: RigView) -> dict[str, object]:
    """What the API says of a rig, by the last word of the path."""
    return {
        "rig": to_json(view.status),
        **{
            part: to_json(getattr(view, part))
            for part in ("match", "train", "offsets", "explain", "questions", "profile")
        },
    }


if __name__ == "__main__":
    every = {name: replies(view) for name, view in views(load_catalog())}
    print(json.dumps(every, ensure_ascii=False, indent=1))  # noqa: T201 - written to a file
