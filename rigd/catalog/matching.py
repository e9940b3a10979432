"""Which catalog entry a device is: a match with its evidence, an ambiguity, or none.

A name is read by the rules of the drivers (`device_names`); the sensor's geometry, the number of
slots or the steps are the second evidence (`device_evidence`). Two pieces of evidence that
contradict each other are an ambiguity. Similarity of names is no evidence: "ASI2600MM Pro" and
"ASI2600MC Pro" differ by one letter and are two cameras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.device_evidence import (
    Evidence,
    Verdict,
    geometry_evidence,
    slots_evidence,
    steps_evidence,
)
from rigd.catalog.device_names import (
    SHORTEST_SEEN_CUT,
    NameReading,
    is_known_body,
    may_be_named,
    read_name,
)
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Device, Family, FamilyRole, normalise
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.name_index import MODELS, NameIndex, name_index
from rigd.catalog.name_spellings import Reading
from rigd.devices.identity import DeviceIdentity, DeviceKind, SensorGeometry

_MOST_OPTIONS: Final = 12
"""A longer list of candidates that nothing narrows down helps nobody; our choice."""


class NameOrigin(StrEnum):
    """Where a name was read."""

    INDI = "indi"
    ALPACA = "alpaca"
    SIMULATED = "simulated"
    FITS = "fits"
    """A FITS header: the name may have been cut."""


class Status(StrEnum):
    """What came out."""

    MATCH = "match"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What is known of a device; None is unknown."""

    kind: DeviceKind
    protocol: NameOrigin
    name: str | None = None
    driver: str | None = None
    sensor: SensorGeometry | None = None
    slots: int | None = None
    max_steps: int | None = None
    step_size_um: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The one question that settles a match; options are entry ids with a label."""

    text: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The answer; `entry_id` is set for a match alone."""

    kind: DeviceKind
    status: Status
    entry_id: str | None = None
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    question: Question | None = None
    family: str | None = None


def facts_of(identity: DeviceIdentity, kind: DeviceKind) -> DeviceFacts:
    """Return the facts that a connected device gives about itself, for one of its kinds.

    One device may be several things: a camera with a wheel built in reports slots for both.
    """
    return DeviceFacts(
        kind=kind,
        protocol=NameOrigin(identity.protocol.value),
        name=identity.name,
        driver=identity.driver,
        sensor=identity.sensor if kind is DeviceKind.CAMERA else None,
        slots=identity.slots if kind is not DeviceKind.FOCUSER else None,
        max_steps=identity.max_steps if kind is DeviceKind.FOCUSER else None,
        step_size_um=identity.step_size_um if kind is DeviceKind.FOCUSER else None,
    )


def match(facts: DeviceFacts, catalog: Catalog) -> Match:
    """Return the entry that a device is, or the candidates and the question, or none.

    From certain to vague: the name of a model, a name that may have been cut, a name that several
    models share, and at last the second evidence alone, which never makes a match.
    """
    if facts.kind not in MODELS:
        return Match(
            kind=facts.kind,
            status=Status.NONE,
            evidence=(f"kind: the catalog has no entries of the kind {facts.kind}",),
        )
    index = name_index(catalog, facts.kind)
    if not facts.name or not facts.name.strip():
        reading = NameReading(how=Reading.UNKNOWN, evidence="name: not given")
    else:
        may_be_cut = facts.protocol is NameOrigin.FITS
        reading = read_name(facts.name.strip(), index, may_be_cut=may_be_cut)
    # rigd's own simulator may bear a real model's name, to stand for it; any other reading of its
    # name would find hardware that is not there.
    if facts.protocol is NameOrigin.SIMULATED and reading.how not in (
        Reading.EXACT,
        Reading.NUMBERED,
    ):
        says = "simulated: rigd's own device, there is no hardware behind it"
        return _as_none(facts, reading, "Which real device shall it stand for?", says)
    # The model is known and has no entry: what else resembles it is another model.
    if reading.how is Reading.UNLISTED:
        return _as_none(facts, reading, "Which entry describes it best, or will you add one?")
    if reading.devices and reading.how is not Reading.CUT:
        return _by_name(facts, reading, index)
    if reading.devices:
        return _by_cut_name(facts, reading, index)
    if reading.family is not None:
        return _by_family(facts, reading, reading.family, index)
    return _by_evidence_alone(facts, reading, index.devices)


def _by_name(facts: DeviceFacts, reading: NameReading, index: NameIndex) -> Match:
    """Match by a name that belongs to one device, unless the second evidence or a doubt objects.

    The order matters: a contradiction is told before any milder doubt about the name.
    """
    device = reading.devices[0]
    second = _second_evidence(facts, device)
    evidence = (reading.evidence, second.says)
    if second.verdict is Verdict.CONTRADICTS:
        others = [
            other
            for other in index.devices
            if other is not device and _second_evidence(facts, other).verdict is Verdict.AGREES
        ]
        return _as_ambiguity(
            facts, (device, *others), evidence, "The name and the evidence disagree: which is it?"
        )
    # Behind a model's name stands a word that is taken for a nickname: it may be a model's too.
    if reading.how is Reading.NICKNAMED and second.verdict is not Verdict.AGREES:
        return _as_ambiguity(facts, (device,), evidence, f"Is it a {device} with a nickname?")
    doubt = _guide_doubt(facts, device, evidence, index)
    if doubt is not None:
        return doubt
    if facts.protocol is NameOrigin.FITS and len(facts.name or "") >= SHORTEST_SEEN_CUT:
        longer = [
            other
            for other in reading.longer
            if _second_evidence(facts, other).verdict is not Verdict.CONTRADICTS
        ]
        if longer:
            cut = "name: a FITS header may have cut it, and longer names begin with it"
            return _as_ambiguity(facts, (device, *longer), (*evidence, cut), "Which of them is it?")
    return _as_match(facts, device, evidence)


def _guide_doubt(
    facts: DeviceFacts, device: Device, evidence: Sequence[str], index: NameIndex
) -> Match | None:
    """Return the question that is left if the sensor inside another camera is named like this one.

    Whichever of its names the device gave, whole or cut: the guide sensor may have given it.
    """
    own = {normalise(name) for name in device.driver_names.all()}
    bodies = [
        other
        for other in index.devices
        if isinstance(other, Camera)
        and other is not device
        and not own.isdisjoint(normalise(name) for name in other.guide_sensor_names)
    ]
    if not bodies:
        return None
    says = f"name: the guide sensor inside {len(bodies)} bodies reports this name too"
    question = f"Is it a {device}, or the guide sensor inside another camera?"
    return _as_ambiguity(facts, (device, *bodies), (*evidence, says), question)


def _by_cut_name(facts: DeviceFacts, reading: NameReading, index: NameIndex) -> Match:
    """Match by the beginning of known names.

    Certain only for a FITS header, which may have cut the name, and one camera whose sensor agrees.
    A short name that ends inside a word is not cut: "SBIG STF-8300" may be an M or a C.
    """
    possible = [
        device
        for device in reading.devices
        if _second_evidence(facts, device).verdict is not Verdict.CONTRADICTS
    ]
    if not possible:
        says = "evidence: none of them has this geometry"
        return _as_ambiguity(
            facts, reading.devices, (reading.evidence, says), "Which of them is it, if any?"
        )
    second = _second_evidence(facts, possible[0])
    seen_cut = not reading.inside_word or len(facts.name or "") >= SHORTEST_SEEN_CUT
    if (
        len(possible) == 1
        and facts.protocol is NameOrigin.FITS
        and second.verdict is Verdict.AGREES
        and seen_cut
    ):
        both = (reading.evidence, second.says)
        doubt = _guide_doubt(facts, possible[0], both, index)
        return doubt or _as_match(facts, possible[0], both)
    evidence = (
        reading.evidence,
        *dict.fromkeys(_second_evidence(facts, one).says for one in possible),
    )
    return _as_ambiguity(facts, possible, evidence, "Which of them is it?")


def _by_family(facts: DeviceFacts, reading: NameReading, family: Family, index: NameIndex) -> Match:
    """Match by a name that several models share: by what the second evidence leaves of them."""
    if family.role is FamilyRole.SIMULATOR:
        says = "simulator: there is no hardware behind this name"
        return _as_none(facts, reading, family.question, says)
    members = [device for device in index.devices if family.id in device.families]
    if not members:
        pool = [device for device in index.devices if family.maker in (None, device.maker)]
        return _by_evidence_alone(facts, reading, pool, family)
    named = [one for one in members if is_known_body(one, reading)] or [
        one for one in members if may_be_named(one, reading)
    ]
    verdicts = [(one, _second_evidence(facts, one).verdict) for one in named]
    agreeing = [one for one, verdict in verdicts if verdict is Verdict.AGREES]
    silent = [one for one, verdict in verdicts if verdict is Verdict.SILENT]
    # The name says more than the driver, and nothing in it is known: no reason to name any model.
    if reading.rest and not reading.model_words:
        silent = [one for one in silent if not isinstance(one, Camera) or one.any_body]
    left = agreeing + silent
    evidence = [reading.evidence]
    if family.role is FamilyRole.DRIVER and not agreeing and len(left) > _MOST_OPTIONS:
        # What stands for every body with a mount narrows them down by its question.
        left = [one for one in left if isinstance(one, Camera) and one.any_body]
        if not left:
            return _as_none(
                facts, reading, family.question, "geometry: nothing narrows the models down"
            )
    if left and len(left) < len(members):
        evidence.append(f"{_describe_facts(facts)}: leaves {len(left)} of {len(members)} models")
    if not left:
        says = f"{_describe_facts(facts)}: no model of the catalog goes with the name and with it"
        return _as_none(facts, reading, family.question, says, family=family)
    # The only one left is a match only if the catalog has every model of the family.
    if len(left) == 1 and family.complete:
        second = _second_evidence(facts, left[0])
        return _as_match(facts, left[0], (*evidence, second.says), family)
    return _as_ambiguity(facts, left, evidence, family.question, family)


def _by_evidence_alone(
    facts: DeviceFacts,
    reading: NameReading,
    pool: Sequence[Device],
    family: Family | None = None,
) -> Match:
    """Return the cameras with exactly this sensor as candidates: many models share one sensor."""
    question = family.question if family else "Which device is it?"
    found: list[Device] = []
    if facts.kind is DeviceKind.CAMERA:
        found = [
            one
            for one in pool
            if may_be_named(one, reading) and _second_evidence(facts, one).verdict is Verdict.AGREES
        ]
    if not found:
        return _as_none(facts, reading, question, family=family)
    says = (
        f"{_describe_facts(facts)}: {len(found)} entries have it; a geometry alone is no certainty"
    )
    return _as_ambiguity(facts, found, (reading.evidence, says), question, family)


def _second_evidence(facts: DeviceFacts, device: Device) -> Evidence:
    """Return what the evidence beside the name says about a device."""
    if isinstance(device, Camera):
        may_be_binned = facts.protocol is NameOrigin.FITS
        return geometry_evidence(facts.sensor, device, may_be_binned=may_be_binned)
    if isinstance(device, FilterWheel):
        return slots_evidence(facts.slots, device)
    if isinstance(device, Focuser):
        return steps_evidence(facts.max_steps, facts.step_size_um, device)
    return Evidence(Verdict.SILENT, "evidence: none beside the name")


def _describe_facts(facts: DeviceFacts) -> str:
    if facts.kind is DeviceKind.CAMERA and facts.sensor is not None:
        sensor = facts.sensor
        tint = {True: ", colour", False: ", mono", None: ""}[sensor.colour]
        return (
            f"geometry {sensor.width_px} x {sensor.height_px} px "
            f"of {sensor.pixel_width_um} µm{tint}"
        )
    if facts.kind is DeviceKind.FILTERWHEEL:
        return f"{facts.slots} slots"
    return f"step size {facts.step_size_um} µm" if facts.step_size_um else "evidence"


def _as_match(
    facts: DeviceFacts, device: Device, evidence: Sequence[str], family: Family | None = None
) -> Match:
    return Match(
        kind=facts.kind,
        status=Status.MATCH,
        entry_id=device.id,
        candidates=(device.id,),
        evidence=tuple(dict.fromkeys(evidence)),
        family=family.id if family else None,
    )


def _as_ambiguity(
    facts: DeviceFacts,
    devices: Sequence[Device],
    evidence: Sequence[str],
    question: str,
    family: Family | None = None,
) -> Match:
    return Match(
        kind=facts.kind,
        status=Status.AMBIGUOUS,
        candidates=tuple(device.id for device in devices),
        evidence=tuple(dict.fromkeys(evidence)),
        question=Question(
            text=question, options=tuple((device.id, str(device)) for device in devices)
        ),
        family=family.id if family else None,
    )


def _as_none(
    facts: DeviceFacts,
    reading: NameReading,
    question: str,
    *says: str,
    family: Family | None = None,
) -> Match:
    known = family or reading.family
    return Match(
        kind=facts.kind,
        status=Status.NONE,
        evidence=(reading.evidence, *says),
        question=Question(text=question),
        family=known.id if known else None,
    )
