"""A report of each night as a file, written once the night is over; so many stay."""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

from rigd.api.web.night_file import night_html
from rigd.errors import RigdError
from rigd.files.safe_writing import write_whole
from rigd.view.night import night_at
from rigd.view.observatory import Observatory

log = logging.getLogger(__name__)


class NightFiles:
    """Writes the reports of one directory."""

    def __init__(
        self,
        observatory: Observatory,
        directory: Path,
        keep: int,
        zone: tzinfo | None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Nothing is written before `look`.

        Args:
            observatory: whose nights.
            directory: it is made.
            keep: so many reports of each rig stay.
            zone: of the owner; None: this computer's.
            now: the clock.
        """
        self._observatory = observatory
        self._directory = directory
        self._keep = keep
        self._zone = zone
        self._now = now
        self._done: dict[str, date] = {}
        """The last night of each rig that needs nothing any more: written, or empty."""
        self._said: str | None = None

    async def look(self) -> None:
        """Write the report of the last night that is over, of each rig that has none of it yet."""
        day = night_at(self._now(), self._zone).day - timedelta(days=1)
        for rig in self._observatory.rigs():
            if self._done.get(rig.name) == day:
                continue
            try:
                await self._write(rig.name, day)
            except RigdError as error:
                if self._said != str(error):
                    self._said = str(error)
                    log.warning("the report of the night %s is not written: %s", day, error)
            else:
                self._done[rig.name] = day

    async def _write(self, rig: str, day: date) -> None:
        path = self._directory / f"{rig}-{day}.html"
        if await asyncio.to_thread(path.exists):
            return
        report = await self._observatory.night(rig, day.isoformat())
        if report.is_empty:
            return

        def write() -> None:
            write_whole(path, night_html(report).encode())
            delete_old_reports(self._directory, rig, self._keep)

        await asyncio.to_thread(write)
        log.info("the report of the night %s of rig %s: %s", day, rig, path)


def delete_old_reports(directory: Path, rig: str, keep: int) -> None:
    """Delete a rig's oldest reports, so that `keep` stay; nothing else is touched."""
    name = re.compile(rf"{re.escape(rig)}-\d{{4}}-\d\d-\d\d\.html")
    reports = sorted(one for one in directory.iterdir() if name.fullmatch(one.name))
    for old in reports[: max(0, len(reports) - keep)]:
        old.unlink(missing_ok=True)
