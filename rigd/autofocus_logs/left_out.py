"""Logs of other programs that are not read, each with the reason; `docs/logs.md` shows them.

A reader is written from a source that shows the real format. Whoever has such a file is asked for
it on that page.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One kind of log that is not read."""

    program: str
    reason: str
    source: str | None = None
    """Of what the reason says of the program; None where it says only what was not found."""


NO_FORMAT = "no public source was found that shows lines or columns of such a file"

LEFT_OUT = (
    LeftOut(program="Voyager", reason=NO_FORMAT),
    LeftOut(
        program="SharpCap",
        reason="its manual (of 2.9) shows focus scores as figures and a graph on the screen; "
        f"{NO_FORMAT}",
        source="http://docs.sharpcap.co.uk/2.9/14_Focusing.htm",
    ),
    LeftOut(
        program="APT",
        reason='with "Record results" on it stores each successful focusing and exports them for a '
        "spreadsheet (button Analyzer); the columns of that file are not described. Name them as "
        "those of a table of your own, and it is read",
        source="https://astrophotography.app/usersguide/auto_focusing_aid.htm",
    ),
    LeftOut(program="INDIGO, Ain", reason=NO_FORMAT),
    LeftOut(
        program="TheSkyX, logs of @Focus3",
        reason=f"they exist; {NO_FORMAT}. Its training files (`.foc`) are read",
        source="http://www.bisque.com/sc/blogs/seeker_blog/archive/2017/11/09/"
        "focus3-at-the-99-mark.aspx",
    ),
    LeftOut(
        program="N.I.N.A.'s Advanced API, other answers than an autofocus report",
        reason="no run is in them: a frame's half-flux radius tells no focus",
    ),
)
