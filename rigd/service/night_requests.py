"""What is asked about the nights of the rigs, and what is kept for their reports."""

from rigd.service.errands import Errands
from rigd.service.nights import Nights
from rigd.service.running_rig import RunningRig
from rigd.service.temperature_notes import store_temperatures
from rigd.store.alert_journal import keep_open_alerts
from rigd.store.archive import Archive
from rigd.view.alerts import OpenAlert
from rigd.view.night_report import NightReport


class NightRequests:
    """Answers for all rigs; whoever has them sets what is named here."""

    _nights: Nights
    _errands: Errands
    _archive: Archive
    _rigs: dict[str, RunningRig]

    async def note_temperatures(self) -> None:
        """Store where every focuser stands, and how warm it is."""
        await store_temperatures(self._archive, self._rigs.values())

    async def night(self, rig: str, day: str | None = None) -> NightReport:
        """The report of a night; None: of the newest one."""
        return await self._nights.report(rig, day)

    def keep_alerts(self, alerts: tuple[OpenAlert, ...]) -> None:
        """Keep which alerts are open now, for the reports of the nights."""
        self._errands.put(lambda store: keep_open_alerts(store, alerts))
