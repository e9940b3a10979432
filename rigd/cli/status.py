"""`rigd status`: the state of a rig at a glance."""

import json

import typer

from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.units import local_time

WORTH_A_REFERENCE = 40
"""So many characters have a sentence that is not said twice."""


def status_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """Show the state of a rig: mode, focus, who moves the focuser, and what is wrong."""
    answer = ask(url, one_rig(url, rig))
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    for line in _say_once(_lines(answer), _sentences(answer)):
        typer.echo(line)


def _lines(answer: dict[str, object]) -> list[str]:
    since = ""
    if answer["mode_chosen_by"] is not None:
        at = local_time(str(answer["mode_chosen_at"]))
        since = f", chosen by {answer['mode_chosen_by']} at {at}"
    trusted = answer["not_trusted_because"]
    lines = [
        f"rig {answer['name']}, mode {answer['mode']}{since}",
        f"  filter            {answer['filter'] or 'unknown'}",
        f"  focus             {'trusted' if trusted is None else f'not trusted: {trusted}'}",
        f"  other programs    {answer['second_applier'] or answer['others']}",
    ]
    if answer["learning"]:
        lines.append(f"  autofocus runs    {answer['learning']}")
    if isinstance(guide := answer["guide_focuser"], dict):
        lines.append(f"  guide focuser     {guide_line(guide)}")
    if zeros := publishes_zeros(answer):
        lines.append(f"  FocusOffsets      {zeros}")
    lines += [f"  {_program_line(p)}" for p in rows(answer, "programs")]
    if answer["echo_not_heard_because"]:
        because = answer["echo_not_heard_because"]
        lines.append(f"  other INDI clients' commands are not heard: {because}")
    if answer["nobody_applies"]:
        lines.append(f"  ALARM: {answer['nobody_applies']}")
    last = answer["last_change"]
    if isinstance(last, dict):
        lines.append(f"  last change: {last['to']}: {last['result']}: {last['sentence']}")
    for one in rows(answer, "obstacles"):
        lines += [f"  waits or refuses: {one['sentence']}", f"      ends when {one['ends_when']}"]
    cautions = answer["cautions"]
    lines += [f"  caution: {c}" for c in cautions] if isinstance(cautions, list) else []
    return lines


def _sentences(answer: dict[str, object]) -> list[str]:
    """What several lines may say, the longest first."""
    last = answer["last_change"]
    found = [answer["not_trusted_because"], answer["unknown_because"]]
    found += [last["sentence"]] if isinstance(last, dict) else []
    found += [one["sentence"] for one in rows(answer, "obstacles")]
    long = {str(one) for one in found if one is not None and len(str(one)) >= WORTH_A_REFERENCE}
    return sorted(long, key=lambda sentence: (-len(sentence), sentence))


def _say_once(lines: list[str], sentences: list[str]) -> list[str]:
    """The lines with a reference in place of what an earlier one has said already.

    A caution that says nothing else is left out; what ends an obstacle stands below words that name
    it, as there may be several.
    """
    told: set[str] = set()
    left: list[str] = []
    for line in lines:
        short = line
        for sentence in (one for one in sentences if one in line):
            if sentence in told:
                whole = line.endswith(f"waits or refuses: {sentence}")
                reference = f"{_head(sentence)} … (as said above)" if whole else "(as said above)"
                short = short.replace(sentence, reference)
            told.add(sentence)
        if short != "  caution: (as said above)":
            left.append(short)
    return left


def _head(sentence: str) -> str:
    """The first words of a sentence."""
    return sentence[:WORTH_A_REFERENCE].rsplit(" ", 1)[0].rstrip(",;: ")


def publishes_zeros(answer: dict[str, object]) -> str | None:
    """Why a rig whose mode is `publish` publishes zeros; None if it does not, or in other modes."""
    because = answer["published_zeros_because"]
    return f"zeros: {because}" if answer["mode"] == "publish" and because else None


def guide_line(guide: dict[str, object]) -> str:
    """Where the guide focuser stands and why, or why it does not follow filters."""
    if guide["steps_per_step"] is None:
        return f"{guide['name']} never moves: the profile does not say its steps_per_step"
    if not guide["connected"]:
        return f"{guide['name']} is not connected"
    if guide["base_steps"] is None:
        return f"does not follow filters: {guide['unknown_because']}"
    line = f"{guide['raw_steps']} steps, {guide['filter_steps']:+d} of which follow the filter"
    if guide["moving_to_steps"] is not None:
        line += f"; moving to {guide['moving_to_steps']} steps"
    if guide["stays_because"] is not None:
        line += f"; did not follow: {guide['stays_because']}"
    return line


def _program_line(told: dict[str, object]) -> str:
    """What a capture program says about its own filter offsets."""
    if told["program"] is None:
        return f"{told['server']}: its program does not say whether it applies filter offsets"
    offsets = ", ".join(f"{o['name']} {o['steps']:+d}" for o in rows(told, "offsets"))
    does = "on" if told["applies"] else "off"
    if told["applies"] is None:
        does = "on or off, it does not say which"
    return f"{told['program']}: its filter offsets are {does} ({offsets or 'none'})"
