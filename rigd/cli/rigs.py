"""Commands that ask the running daemon about a rig, or change how it runs."""

import json
from time import monotonic, sleep
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.cli.status import guide_line, publishes_zeros
from rigd.errors import RefusedError
from rigd.files.config_path import NO_RIG
from rigd.focus.state.settings import FARTHEST_STEPS, Mode
from rigd.units import local_time

TRIM_LIMIT_S = 30.0
"""How long `rigd trim` waits for the focuser: rigd gives up a move after `deadline_s`, 28 s."""

HistoryOption = Annotated[bool, typer.Option("--history", help="Show what happened, newest first.")]

ConfirmOption = Annotated[
    bool,
    typer.Option(
        "--confirm",
        help="Switch even if a program may have kept published offsets; programs that have "
        "rigd's focuser open are disconnected.",
    ),
]


def devices_command(url: UrlOption = DEFAULT_URL, as_json: JsonOption = False) -> None:
    """List the devices that the daemon sees and the catalog entries they match."""
    rigs = ask(url, "/rigs")["rigs"]
    if not isinstance(rigs, list):
        return
    if not rigs and not as_json:
        typer.echo(NO_RIG)
        return
    views = [
        {**ask(url, f"/rigs/{rig['name']}"), "match": ask(url, f"/rigs/{rig['name']}/match")}
        for rig in rigs
    ]
    if as_json:
        typer.echo(json.dumps(views, indent=2))
        return
    if not any(rows(view, "devices") for view in views):
        typer.echo("no device is seen: `rigd status` says which servers are down")
        return
    table = Table()
    for column in ("rig", "server", "device", "kinds", "catalog entry"):
        table.add_column(column)
    for view in views:
        for device in rows(view, "devices"):
            table.add_row(
                str(view["name"]),
                device["server"],
                device["name"],
                ", ".join(device["kinds"]),
                _entries(view, device),
            )
    Console(soft_wrap=True).print(table)


def swap_command(
    name: Annotated[str, typer.Argument(metavar="FILTER", help="The filter in the light now.")],
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Say which filter you put in the light by hand; the focuser follows as usual."""
    answer = ask(url, f"{one_rig(url, rig)}/swap", {"filter": name})
    typer.echo(str(answer["said"]))


def changes_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """List what changed since last night: devices, drivers, labels, and the profile."""
    answer = ask(url, f"{one_rig(url, rig)}/changes")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    changes = rows(answer, "changes")
    for row in changes:
        typer.echo(f"{local_time(row['at'])}  {row['sentence']}")
    if not changes:
        typer.echo(f"nothing changed since {local_time(str(answer['since']))}")


def explain_command(
    rig: RigOption = None,
    history: HistoryOption = False,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """Explain term by term why the focuser is where it is."""
    path = one_rig(url, rig)
    answer = ask(url, f"{path}/history" if history else f"{path}/explain")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    if history:
        for line in rows(answer, "history"):
            typer.echo(f"{local_time(line['at'])}  {line['sentence']}")
        return
    typer.echo(_explanation(answer))


def adopt_command(rig: RigOption = None, url: UrlOption = DEFAULT_URL) -> None:
    """Declare that the focuser is in focus for the filter in the light. Nothing moves."""
    path = one_rig(url, rig)
    typer.echo(ask(url, f"{path}/adopt", {})["said"])
    typer.echo(_explanation(ask(url, f"{path}/explain")))
    _say_if_not_stored(ask(url, path))


def mode_command(
    mode: Annotated[
        Mode | None, typer.Argument(metavar="MODE", help="apply, publish, or observe.")
    ] = None,
    confirm: ConfirmOption = False,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """Show the mode of a rig, or switch it while rigd runs. Nothing moves."""
    path = one_rig(url, rig)
    if mode is not None:
        ask(url, f"{path}/mode", {"mode": mode, "confirm": confirm})
    answer = ask(url, path)
    if as_json:
        keys = ("mode", "mode_chosen_by", "mode_chosen_at")
        typer.echo(json.dumps({key: answer[key] for key in keys}, indent=2))
        return
    by, at = answer["mode_chosen_by"], answer["mode_chosen_at"]
    chosen = "" if by is None else f", chosen by {by} at {local_time(str(at))}"
    typer.echo(f"{answer['mode']}{chosen}")
    if zeros := publishes_zeros(answer):
        typer.echo(f"FocusOffsets are {zeros}")
    _say_if_not_stored(answer)


def trim_command(
    steps: Annotated[
        int | None, typer.Argument(metavar="STEPS", help="The total trim from now on.")
    ] = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """Show or set the trim: steps that stay in the focus and that clients never see."""
    if steps is not None and abs(steps) > FARTHEST_STEPS:
        msg = f"a trim of {steps} steps: no focuser has more than {FARTHEST_STEPS}"
        raise typer.BadParameter(msg)
    path = one_rig(url, rig)
    if steps is not None:
        ask(url, f"{path}/trim", {"trim_steps": steps})
    trim = (
        ask(url, f"{path}/explain")["trim_steps"]
        if steps is None
        else _follow_trim(path, url, steps)
    )
    if as_json:
        typer.echo(json.dumps({"trim_steps": trim}, indent=2))
        return
    typer.echo(f"trim {with_sign(trim, 'd')} steps")


def _follow_trim(path: str, url: str, steps: int) -> int:
    """Return the trim once the focuser has moved by it.

    Raises:
        RefusedError: the focuser did not get there.
    """
    until = monotonic() + TRIM_LIMIT_S
    while True:
        found = ask(url, f"{path}/explain")
        if found["trim_steps"] == steps:
            return steps
        if found["moving_to_steps"] is None:
            why = ask(url, path)
            because = why["not_stored"] or why["not_trusted_because"] or "the move has failed"
            msg = f"the trim is not {steps:+d} steps: {because}"
            raise RefusedError(msg)
        if monotonic() > until:
            msg = f"the focuser is still on its way to {found['moving_to_steps']} steps"
            raise RefusedError(msg)
        sleep(0.2)


def _say_if_not_stored(answer: dict[str, object]) -> None:
    """Say that a restart would not know what has just been said."""
    if answer["not_stored"]:
        line = f"not stored yet, so a restart would not know of it: {answer['not_stored']}"
        typer.echo(f"{line}; rigd tries again every few seconds", err=True)


def hold_command(
    state: Annotated[
        str, typer.Argument(metavar="STATE", help="on (stops the motor) or off")
    ] = "on",
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Stop the motor now; rigd moves nothing more until `rigd hold off`."""
    if state not in {"on", "off"}:
        msg = f"{state!r} is neither on nor off"
        raise typer.BadParameter(msg)
    path = one_rig(url, rig)
    # Asked only before the end of a hold: nothing may delay the motor's stop.
    nothing_held = state == "off" and ask(url, f"{path}/explain")["hold_by"] is None
    ask(url, f"{path}/hold", {"hold": state == "on"})
    typer.echo("hold off: no hold was on" if nothing_held else f"hold {state}")
    _say_if_not_stored(ask(url, path))


def release_command(
    device: Annotated[
        str,
        typer.Argument(
            metavar="DEVICE",
            help="focuser, wheel, guide_focuser, camera, mount, guider, or the device's name.",
        ),
    ],
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Give up a device that does not answer: rigd waits for it no longer. Nothing moves."""
    answer = ask(url, f"{one_rig(url, rig)}/release", {"device": device})
    typer.echo(answer["released"])


def _entries(view: dict[str, object], device: dict[str, Any]) -> str:
    """What a device was matched to in each of its roles."""
    match = view["match"]
    found = [
        one["id"] or f"{one['status']} ({one['evidence'][-1]})"
        for one in (rows(match, "devices") if isinstance(match, dict) else [])
        if (one["server"], one.get("name")) == (device["server"], device["name"]) and "id" in one
    ]
    return ", ".join(found)


def _explanation(answer: dict[str, object]) -> str:
    lines = [f"rig {answer['rig']}, mode {answer['mode']}"]
    # First, since one of them may say that the numbers below are old.
    cautions = answer["cautions"]
    if isinstance(cautions, list):
        lines += [f"  caution: {sentence}" for sentence in cautions]
    if answer["embodied_steps"] is None:
        lines += [
            f"  raw position      {_steps(answer['raw_steps'])}",
            f"  unknown: {answer['unknown_because']}",
            f"  rigd moves nothing until {answer['known_when']}",
        ]
    else:
        lines += [
            f"  base              {_steps(answer['base_steps'])}",
            f"  filter            {with_sign(answer['filter_steps'], 'd'):>8} steps  "
            f"({answer['filter_embodied'] or 'as read back'}{_against(answer)})",
            f"  temperature       {with_sign(answer['temperature_steps'], 'd'):>8} steps",
            *_temperature(answer),
            f"  trim              {with_sign(answer['trim_steps'], 'd'):>8} steps",
            f"  = raw position    {_steps(answer['raw_steps'])}",
            f"  clients see       {_steps(answer['logical_steps'])}  (raw without rigd's terms)",
        ]
    if isinstance(guide := answer["guide_focuser"], dict):
        lines.append(f"  guide focuser     {guide_line(guide)}")
    lines.append(f"  filter in light   {answer['filter_in_light'] or 'unknown'}")
    if answer["offset_not_applied_because"]:
        lines.append(f"                    {answer['offset_not_applied_because']}")
    if answer["moving_to_steps"] is not None:
        lines.append(f"  moving to         {_steps(answer['moving_to_steps'])}")
    if answer["waiting_for"]:
        lines.append(f"  waiting: {answer['waiting_for']}")
    if answer["hold_by"]:
        lines.append(f"  hands off: held by {answer['hold_by']}")
    last = answer["last_change"]
    if isinstance(last, dict):
        lines.append(f"  last change: {last['to']}: {last['result']}: {last['sentence']}")
    return "\n".join(lines)


def _against(answer: dict[str, object]) -> str:
    """Whose focus the base is, if it is not that of the reference filter."""
    return f", against {answer['filter_against']}" if answer.get("filter_against") else ""


def _temperature(answer: dict[str, object]) -> list[str]:
    """The lines about the temperature term, if the focuser follows it."""
    lines = []
    if answer.get("temperature_base_c") is not None:
        now, then = answer.get("temperature_c"), answer["temperature_base_c"]
        known = "unknown" if now is None else f"{now} °C"
        lines.append(f"                    {known}, {then} °C at the last focus")
    because = answer.get("temperature_held_because") or answer.get("temperature_waits_for")
    if because:
        lines.append(f"                    stays: {because}")
    return lines


def _steps(value: object) -> str:
    return f"{value:>8} steps" if value is not None else " unknown"


def with_sign(value: object, form: str) -> str:
    """A number with its sign, or the word unknown."""
    return f"{value:+{form}}" if isinstance(value, int | float) else "unknown"
