"""The tables of other programs: who keeps them, made of drivers, configuration and store."""

from collections.abc import Mapping

from rigd.config import Config
from rigd.devices.driver import Driver, TableDriver
from rigd.publish.publisher import Publisher
from rigd.publish.table_plan import KeptTable
from rigd.store.archive import Archive
from rigd.store.program_tables import StoredTable, put_program_table, read_program_table
from rigd.view.observatory import Observatory
from rigd.view.publishing import Wish


class StoredTables:
    """What is remembered of written tables, in the database."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def read_kept(self, rig: str, server: str) -> KeptTable | None:
        """What was written; None: rigd may not write there."""
        found = await self._archive.run(lambda store: read_program_table(store, rig, server))
        if found is None:
            return None
        return KeptTable(
            original=found.original, written=found.written, wish=Wish(found.wish), at=found.at
        )

    async def keep(self, rig: str, server: str, kept: KeptTable | None) -> None:
        """Remember it; None: rigd may not write there any more."""
        stored = (
            None
            if kept is None
            else StoredTable(
                original=kept.original, written=kept.written, wish=kept.wish, at=kept.at
            )
        )
        await self._archive.run(lambda store: put_program_table(store, rig, server, stored))


def make_publisher(
    config: Config, observatory: Observatory, drivers: Mapping[str, Driver], archive: Archive
) -> Publisher:
    """What keeps the tables of the rigs' programs, of those that can be written."""
    tables = {name: one for name, one in drivers.items() if isinstance(one, TableDriver)}
    programs = {rig.name: rig.programs for rig in config.rigs}
    return Publisher(observatory, programs, tables, StoredTables(archive))
