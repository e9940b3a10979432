"""Clients of rigd's devices that cannot reach them any more, while they may still expose. Pure.

A program whose wheel has vanished may go on with its frames and change filters no more: the frames
are then taken through the filter that happens to be in the light, whatever their headers say.
"""

from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import ClientsJudged
from rigd.focus.state.rig import Rig
from rigd.frozen import replace

ENDS_WHEN = (
    "a program connects rigd's INDI wheel or focuser anew, or asks it for a filter, or a driver "
    "that was only out of reach is back"
)


def take_lost_clients(rig: Rig, judged: ClientsJudged) -> Step:
    """Take in whether clients were cut off; the diary has the time from when to when."""
    if judged.lost == rig.clients_lost:
        return Step(rig)
    rig = replace(rig, clients_lost=judged.lost)
    if judged.lost is not None:
        return Step(rig, (DiaryLine(sentence=judged.lost, severity=Severity.WARNING),))
    line = "programs have rigd's INDI devices again: frames may name their filter right from here"
    return Step(rig, (DiaryLine(sentence=line),))
