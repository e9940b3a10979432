"""Night: what a night came to, and what to do before dusk."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.web.room import Room, Visit
from rigd.errors import InvalidValueError, StoreError
from rigd.view.night_plot import plot_night


async def _show(visit: Visit) -> Mapping[str, Any]:
    try:
        report = await visit.observatory.night(visit.rig.name, visit.tail or None)
    except InvalidValueError as error:
        raise NotUnderstoodError(str(error), HTTPStatus.NOT_FOUND) from error
    except StoreError as error:
        raise NotUnderstoodError(str(error), HTTPStatus.SERVICE_UNAVAILABLE) from error
    day = date.fromisoformat(report.night)
    return {
        "report": report,
        "plot": await asyncio.to_thread(plot_night, report),
        "earlier": (day - timedelta(days=1)).isoformat(),
        "later": (day + timedelta(days=1)).isoformat() if report.is_over else None,
    }


ROOM = Room(slug="night", title="Night", template="night.html", show=_show, has_tails=True)
