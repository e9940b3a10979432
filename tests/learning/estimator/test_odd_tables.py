"""Whatever table comes: an answer with finite numbers, or a refusal with a reason."""

import math
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import RefusedError
from rigd.learning.estimator.fit import fit
from rigd.learning.estimator.verdict import OffsetState
from tests.learning.estimator.night import START

RUN = st.builds(
    lambda name, position, minutes, temperature_c, se: AutofocusRun(
        filter=name,
        position_steps=position,
        time=START + timedelta(minutes=minutes),
        temperature_c=temperature_c,
        se_steps=se,
        coordinates=Coordinates.RAW,
        source="made up",
        ok=True,
    ),
    st.sampled_from("LRG"),
    st.one_of(st.integers(-10, 10).map(float), st.floats(-1e6, 1e6)),
    st.integers(0, 6000),
    st.none() | st.floats(-30, 40),
    st.none() | st.floats(1e-9, 1e9),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(RUN, max_size=24))
def test_any_table_is_answered_with_finite_numbers_or_refused(runs: list[AutofocusRun]) -> None:
    try:
        result = fit(runs, "L", focus_zone_steps=50)
    except RefusedError as error:
        assert str(error)  # noqa: PT017 - refusing is one of the two good ends
        return

    for offset in result.offsets:
        numbers = (offset.low_steps, offset.focus_offset_steps, offset.high_steps)
        if offset.state is OffsetState.REFUSED:
            assert offset.reason
        if offset.state is not OffsetState.REFUSED or offset.focus_offset_steps is not None:
            assert all(value is not None and math.isfinite(value) for value in numbers)
            assert (offset.low_steps or 0) <= (offset.high_steps or 0)
        else:
            assert numbers == (None, None, None)
