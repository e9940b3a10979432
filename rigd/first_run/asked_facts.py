"""What only a person knows of a rig: the filters, the one to focus with, the telescope."""

from typing import Any

from pydantic import ValidationError

from rigd.catalog.catalog import Catalog
from rigd.catalog.finding import find_entry
from rigd.catalog.models.optic import Optic
from rigd.devices.identity import WireProtocol
from rigd.equipment.filter_names import read_filter_name
from rigd.equipment.named_filters import kind_of_name
from rigd.equipment.profile import EquipmentProfile
from rigd.files.toml import config_error
from rigd.first_run.findings import Findings
from rigd.first_run.interview import Interview, Option, Question, split_words
from rigd.first_run.known_devices import KnownDevice
from rigd.first_run.rig_plan import RigPlan


def ask_slots(
    tables: dict[str, Any],
    profile: EquipmentProfile,
    findings: Findings,
    interview: Interview,
    plan: RigPlan,
) -> None:
    """Fill the slots: as the program says, else by the wheel's own labels, else as is said."""
    if profile.wheel is None:
        return
    address = profile.wheel.address
    device = None if address is None else findings.named(address.device)
    labels, source = _labels(device, findings)
    wheel = tables["wheel"]
    if not wheel.get("slots") or interview.given("slots") is not None:
        said = interview.ask(
            Question(
                key="slots",
                text="Which filter is in each slot, slot 1 first (L, R, G, B, Ha 3nm, Empty)?",
                changes="which offset belongs to which slot",
                default=", ".join(labels) or None,
                fault=_fault_of_slots,
            )
        )
        if said is None:
            tables.pop("wheel")
            plan.leave_wheel_open(address)
            return
        wheel["slots"] = split_words(said)
        own = said == ", ".join(labels)
        plan.because["slots"] = source if own else "as you say"
    slots = None if device is None else device.identity.slots
    if slots is not None and slots != len(wheel["slots"]):
        plan.warnings.append(
            f"the wheel has {slots} slots, and {len(wheel['slots'])} filters are named"
        )


def _labels(device: KnownDevice | None, findings: Findings) -> tuple[list[str], str]:
    """The labels of a wheel: its own, else those that its driver keeps; and whose they are."""
    if device is None:
        return [], ""
    labels = [one for one in device.labels if one.strip()]
    if labels or device.identity.protocol is not WireProtocol.INDI:
        return labels, "as the wheel itself calls them"
    return list(findings.saved_labels.get(device.identity.name, ())), "as its driver keeps them"


def _fault_of_slots(said: str) -> str | None:
    """What is wrong with filters as slots of a wheel; None: nothing."""
    try:
        EquipmentProfile.model_validate({"name": "rig", "wheel": {"slots": split_words(said)}})
    except ValidationError as wrong:
        return str(config_error("", wrong, EquipmentProfile)).removeprefix(": ")
    return None


def ask_reference(tables: dict[str, Any], interview: Interview, plan: RigPlan) -> None:
    """Name the filter that offsets count from: the only one for all light, else as is said."""
    names = list(tables.get("wheel", {}).get("slots", ()))
    glass = [one for one in names if kind_of_name(one) is None]
    if not glass or ("reference_filter" in tables and interview.given("reference_filter") is None):
        return
    whole = [one for one in glass if read_filter_name(one) in {"luminance", "clear", "uv_ir_cut"}]
    if len(whole) == 1 and interview.given("reference_filter") is None:
        tables["reference_filter"] = whole[0]
        plan.because["reference_filter"] = "it lets all light through"
        return
    said = interview.ask(
        Question(
            key="reference_filter",
            text="Which filter do you focus with? Offsets count from it.",
            changes="what every offset refers to",
            options=tuple(Option(value=one) for one in glass),
            default=whole[0] if whole else glass[0],
        )
    )
    tables["reference_filter"] = said
    plan.because["reference_filter"] = "as you say"


def ask_telescope(
    tables: dict[str, Any], interview: Interview, catalog: Catalog, plan: RigPlan
) -> None:
    """Ask for the telescope, by its name or its focal ratio, where no program knows it."""
    optic = tables["optic"]
    if optic.get("focal_ratio") and interview.given("telescope") is None:
        return
    said = interview.ask(
        Question(
            key="telescope",
            text="Which telescope, with its corrector or reducer (Askar FRA400), or which focal "
            "ratio (f/5)? Empty: say it later.",
            changes="how exact an offset must be, and the spacers",
        )
    )
    if not said:
        return
    plan.because["optic"] = "as you say"
    ratio = said.casefold().removeprefix("f/").replace(",", ".")
    try:
        optic["focal_ratio"] = float(ratio)
    except ValueError:
        optic.update(_known_optic(said, catalog, plan))


def _known_optic(said: str, catalog: Catalog, plan: RigPlan) -> dict[str, Any]:
    entry = find_entry(catalog, "optic", said).entry
    if not isinstance(entry, Optic):
        plan.warnings.append(f"the catalog has no single optic {said!r}: state its focal_ratio")
        return {"name": said}
    return {"name": said, "id": entry.id}
