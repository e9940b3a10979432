"""The body of an import of autofocus runs: as `rigd runs read` parsed them, with their points."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rigd.api.rest.body import read_as
from rigd.autofocus_logs.log_time import to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint, RunCorrection
from rigd.errors import InvalidValueError
from rigd.files.text import make_printable, parse_name

MOST_RUNS = 200
"""In one request."""
RUNS_LIMIT_BYTES = 2 * 1024 * 1024

Steps = Annotated[float, Field(ge=-1e9, le=1e9)]
Point = tuple[Steps, Annotated[float, Field(ge=0)], float | None]


class RunBody(BaseModel):
    """One run; null is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    filter: str | None = Field(max_length=80, description="The filter's name in the log.")
    position_steps: Steps | None = Field(description="Where the run found the focus.")
    source: str = Field(min_length=1, max_length=400, description="Format and file.")
    ok: bool = Field(description="Whether the run found a focus.")
    se_steps: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="Standard error of the position."
    )
    temperature_c: float | None = Field(default=None, description="At the focuser.")
    time: AwareDatetime | None = Field(default=None, description="With its zone.")
    frame: Coordinates | None = Field(
        default=None, strict=False, description="raw, or logical: read at rigd's virtual focuser."
    )
    altitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = Field(
        default=None, description="Of the telescope above the horizon."
    )
    reason: str | None = Field(default=None, max_length=400, description="Of a failure.")
    focuser: str | None = Field(
        default=None, max_length=80, description="Its name, where the log has it."
    )
    points: tuple[Point, ...] = Field(
        default=(), max_length=1000, description="Position, half-flux radius, its error or null."
    )


class RunsBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/runs`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    runs: tuple[RunBody, ...] = Field(max_length=MOST_RUNS, description="The runs, in any order.")


class RunKeyBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/runs/forget`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: str = Field(
        min_length=4, max_length=32, description="Of the run, or as much as tells it from others."
    )


class RestatedBody(RunKeyBody):
    """Body of `POST /rigd/v1/rigs/{rig}/runs/restate`; null leaves it as it is."""

    frame: Coordinates | None = Field(
        default=None, strict=False, description="raw, or logical: read at rigd's virtual focuser."
    )
    filter: str | None = Field(
        default=None, min_length=1, max_length=80, description="The filter that was in the light."
    )


def read_key(body: bytes) -> RunKeyBody:
    """Which run is meant.

    Raises:
        InvalidValueError: it is no such body.
    """
    return read_as(RunKeyBody, body)


def read_restated(body: bytes) -> tuple[str, RunCorrection]:
    """Which run is meant, and what holds of it.

    Raises:
        InvalidValueError: it is no such body.
    """
    said = read_as(RestatedBody, body)
    return said.key, RunCorrection(coordinates=said.frame, filter=parse_name(said.filter))


def read_runs(body: bytes) -> tuple[AutofocusRun, ...]:
    """The runs of a request's body.

    Raises:
        InvalidValueError: it is no such body; names the first thing that is wrong.
    """
    return tuple(_run(run) for run in read_as(RunsBody, body).runs)


def runs_body(runs: Sequence[AutofocusRun]) -> Mapping[str, object]:
    """The body that says these runs."""
    return {
        "runs": [
            {
                **run.as_json(),
                "altitude_deg": run.altitude_deg,
                "focuser": run.focuser,
                "points": [[p.position_steps, p.hfr_px, p.se_px] for p in run.points],
            }
            for run in runs
        ]
    }


def _run(run: RunBody) -> AutofocusRun:
    time = None if run.time is None else to_utc(run.time, None)
    if run.time is not None and (time is None or not 1980 < time.year < 2200):
        source = make_printable(run.source)
        msg = f"{source}: time {run.time.isoformat()} is not between 1981 and 2199"
        raise InvalidValueError(msg)
    points = tuple(CurvePoint(position_steps=p[0], hfr_px=p[1], se_px=p[2]) for p in run.points)
    return AutofocusRun(
        filter=parse_name(run.filter),
        position_steps=run.position_steps,
        source=make_printable(run.source),
        ok=run.ok,
        se_steps=run.se_steps,
        temperature_c=run.temperature_c,
        altitude_deg=run.altitude_deg,
        time=time,
        coordinates=run.frame,
        reason=None if run.reason is None else make_printable(run.reason),
        focuser=parse_name(run.focuser),
        points=points,
    )
