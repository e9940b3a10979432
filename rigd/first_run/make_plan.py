"""The plan of a rig: what was found, completed by the answers to what remains."""

from typing import Any

from rigd.catalog.catalog import Catalog
from rigd.equipment.named_filters import kind_of_name
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import OpticProfile
from rigd.errors import ConfigError
from rigd.files.names import derive_name
from rigd.first_run.asked_facts import ask_reference, ask_slots, ask_telescope
from rigd.first_run.asked_offsets import ask_logs, ask_offsets
from rigd.first_run.findings import Findings
from rigd.first_run.interview import Interview, Option, Question
from rigd.first_run.known_profiles import KnownTrain
from rigd.first_run.mode_advice import OTHER, PROGRAMS, advise
from rigd.first_run.placed_devices import place_devices
from rigd.first_run.rig_plan import RigPlan
from rigd.focus.state.settings import Mode
from rigd.optics.filter_offsets import SlotKind
from rigd.setup.wheel_labels import describe_contradiction, find_contradicting_wheels

_NONE = "none"


def make_plan(findings: Findings, interview: Interview, catalog: Catalog) -> RigPlan:
    """Return the rig: what was found, completed by the answers to what remains.

    Raises:
        ConfigError: an answer cannot be.
    """
    plan = RigPlan()
    plan.program = _ask_program(findings, interview)
    plan.train = _ask_train(plan.program, findings, interview)
    plan.mode = _mode(plan, interview)
    base = plan.train.train.profile if plan.train else EquipmentProfile(name="rig")
    placed = place_devices(base, findings, interview, plan)
    tables = _tables(placed, plan)
    ask_slots(tables, placed, findings, interview, plan)
    ask_reference(tables, interview, plan)
    plan.logs = ask_logs(tables, findings, interview)
    ask_offsets(tables, interview, plan)
    ask_telescope(tables, interview, catalog, plan)
    name = interview.given("name") or tables["optic"].get("name") or "rig"
    plan.name = derive_name(name) or "rig"
    tables["name"] = plan.train.name if plan.train else str(tables["optic"].get("name") or name)
    plan.equipment = {key: table for key, table in tables.items() if table not in ({}, None)}
    for role in ("camera", "wheel", "focuser", "mount"):
        if role in tables and tables[role] == {} and role != "wheel":
            plan.equipment[role] = {}
    _warn_of_labels(plan, findings)
    return plan


def _warn_of_labels(plan: RigPlan, findings: Findings) -> None:
    """Say where the labels of the wheel contradict the slots: rigd then moves nothing."""
    profile = plan.profile
    address = None if profile.wheel is None else profile.wheel.address
    device = None if address is None else findings.named(address.device)
    if device is None or not device.labels:
        return
    ref = device.identity.ref
    wheels = find_contradicting_wheels(profile, {ref: device.labels}, [ref])
    said = describe_contradiction(profile, wheels)
    if said is not None:
        sentence = said.partition(" Which is right? ")[0]
        plan.warnings.append(
            f"{sentence} Until that is settled rigd moves nothing: correct slots in the file or "
            "the labels at the wheel, or, if the file is right, say `rigd profile confirm` once "
            "rigd runs"
        )


def _ask_program(findings: Findings, interview: Interview) -> str:
    known = sorted(findings.profiles.trains, key=lambda one: -_present(one, findings))
    found = [one.program for one in known if one.program in PROGRAMS]
    options = tuple(Option(value=one, words=advise(one).mode) for one in PROGRAMS)
    question = Question(
        key="program",
        text="Which program takes the pictures with this rig?",
        changes="who moves the focuser, and what to switch off where",
        options=options,
        default=found[0] if found else OTHER,
    )
    return interview.ask(question) or OTHER


def _ask_train(program: str, findings: Findings, interview: Interview) -> KnownTrain | None:
    """Choose the light path that the program knows; one whose devices are there comes first."""
    known = [one for one in findings.profiles.trains if one.program == program]
    known = [one for one in known if one.train.profile.wheel or one.train.profile.focuser]
    if not known:
        return None
    ranked = sorted(known, key=lambda one: -_present(one, findings))
    if len(ranked) == 1 and interview.given("train") is None:
        return ranked[0]
    names = [one.name for one in ranked]
    labels = [
        name if names.count(name) == 1 else f"{one.path.stem}/{name}"
        for name, one in zip(names, ranked, strict=True)
    ]
    options = [
        Option(value=label, words=f"{one.words}; {_present(one, findings)} of its devices answer")
        for label, one in zip(labels, ranked, strict=True)
    ]
    said = interview.ask(
        Question(
            key="train",
            text=f"Which of the light paths that {program} knows is this rig?",
            changes="filters, offsets, telescope and devices",
            options=(*options, Option(value=_NONE, words="take nothing over")),
            default=labels[0],
        )
    )
    return None if said in {None, _NONE} else ranked[labels.index(str(said))]


def _present(known: KnownTrain, findings: Findings) -> int:
    addresses = [address for _, address in known.train.profile.addresses()]
    return sum(findings.named(address.device) is not None for address in addresses)


def _mode(plan: RigPlan, interview: Interview) -> Mode:
    said = interview.given("mode")
    if said is None:
        return advise(plan.program).mode
    try:
        return Mode(said)
    except ValueError:
        raise ConfigError(f"answers: mode: {said!r} is not apply, publish or observe") from None


def _tables(profile: EquipmentProfile, plan: RigPlan) -> dict[str, Any]:
    """The tables as they stand in the file, filters by their names."""
    tables = profile.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    tables.setdefault("optic", {})
    for role in ("camera", "focuser", "mount"):
        tables[role] = _of_role(getattr(profile, role))
    names = {key: part.name for key, part in profile.filters.items()}
    filters = {}
    for key, part in profile.filters.items():
        table = part.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        table.pop("name", None)
        if part.kind is SlotKind.UNKNOWN and kind_of_name(part.name) is not None:
            table.pop("kind", None)
        if table:
            filters[names[key]] = table
    tables["filters"] = filters
    if profile.wheel is not None:
        tables["wheel"] = _of_role(profile.wheel)
        if profile.wheel.slots:
            tables["wheel"]["slots"] = [names[key] for key in profile.wheel.slots]
            plan.because["slots"] = f"as {plan.program} says"
    if profile.reference_filter is not None:
        tables["reference_filter"] = names[profile.reference_filter]
        plan.because["reference_filter"] = f"as {plan.program} says"
    if profile.optic != OpticProfile():
        plan.because["optic"] = f"as {plan.program} says"
    return tables


def _of_role(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = part.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return found
