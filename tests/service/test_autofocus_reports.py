"""A program's report ends the autofocus that rigd sees, and no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rigd.autofocus_logs.run import AutofocusRun
from rigd.focus.state.search import Search
from rigd.service.learning_requests import find_reported_run

NOW = datetime(2026, 1, 10, 22, 0, tzinfo=UTC)
NOW_S = 5000.0
SEARCH = Search(
    client=None, filter_key="l", start_steps=30000, moves=5, began_s=NOW_S - 90, last_at_s=NOW_S
)

RUN = AutofocusRun(filter="L", position_steps=30010.0, source="a report", ok=True)


@pytest.mark.parametrize(
    ("ago_s", "is_one"),
    [
        pytest.param(2, True, id="just now"),
        pytest.param(-5, True, id="a clock that is ahead"),
        pytest.param(89, True, id="soon after it began"),
        pytest.param(91, False, id="before it began"),
        pytest.param(-60, False, id="in the future"),
    ],
)
def test_a_run_that_ended_meanwhile_is_the_report(ago_s: float, is_one: bool) -> None:
    ended = replace(RUN, time=NOW - timedelta(seconds=ago_s))

    assert (find_reported_run([ended], [SEARCH], NOW, NOW_S) is ended) is is_one


def test_a_run_without_a_time_or_without_a_search_reports_nothing() -> None:
    assert find_reported_run([replace(RUN, time=None)], [SEARCH], NOW, NOW_S) is None
    assert find_reported_run([replace(RUN, time=NOW)], [], NOW, NOW_S) is None
