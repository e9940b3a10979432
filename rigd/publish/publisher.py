"""Keeps the tables of other programs as the rigs' modes and offsets want them."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from rigd.devices.driver import ProgramTable, TableDriver
from rigd.errors import DeviceError, DeviceUnavailableError, InvalidValueError, RefusedError
from rigd.publish.table_plan import KeptTable, TablePlan, plan_table
from rigd.view.observatory import Observatory
from rigd.view.publishing import PublishedTable, PublishReport, TableState, Wish
from rigd.view.rig import Client, RigView

log = logging.getLogger(__name__)

LOOK_S = 30.0
"""How often tables are read that nobody asks about: a program that was closed may be written then.
Our choice."""
ANSWER_S = 10.0
"""How long a program may take to be read or written."""


class TableMemory(Protocol):
    """What is remembered of the tables that rigd writes, over restarts."""

    async def read_kept(self, rig: str, server: str) -> KeptTable | None:
        """What was written; None: rigd may not write there."""

    async def keep(self, rig: str, server: str, kept: KeptTable | None) -> None:
        """Remember it; None: rigd may not write there any more.

        Raises:
            StoreError: it cannot be stored.
        """


@dataclass(frozen=True, slots=True)
class _Target:
    rig: str
    server: str
    driver: TableDriver


class Publisher:
    """The tables of the programs of every rig of one daemon."""

    def __init__(
        self,
        observatory: Observatory,
        programs: Mapping[str, tuple[str, ...]],
        drivers: Mapping[str, TableDriver],
        memory: TableMemory,
    ) -> None:
        """Nothing is read or written before `run` or a request.

        Args:
            observatory: whose offsets, and where what was done is said.
            programs: the servers of each rig's programs.
            drivers: of those servers that have a table, by server.
            memory: what was written before.
        """
        self._observatory = observatory
        self._targets = {
            (rig, server): _Target(rig, server, drivers[server])
            for rig, servers in programs.items()
            for server in servers
            if server in drivers
        }
        self._memory = memory
        self._locks = {key: asyncio.Lock() for key in self._targets}
        self._said: dict[tuple[str, str], str] = {}
        """What the diary was last told of a table."""
        self._changed: dict[tuple[str, str], str] = {}
        """What somebody has changed of a table since rigd wrote it, as it was last looked at."""

    async def run(self) -> None:
        """Write what is to be written, until cancelled; a fault of one table ends none."""
        while self._targets:
            changed = asyncio.ensure_future(self._observatory.changed())
            for target in self._targets.values():
                await self._keep_current(target)
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await changed
            finally:
                changed.cancel()
                await asyncio.gather(changed, return_exceptions=True)
            await asyncio.sleep(1.0)  # changes come in crowds

    def changed_tables(self) -> tuple[tuple[str, str], ...]:
        """Rig and sentence of each table that somebody has changed since rigd wrote it."""
        return tuple((rig, sentence) for (rig, _), sentence in self._changed.items())

    async def report(self, rig: str) -> PublishReport:
        """Read every table of a rig's programs, and say how it stands."""
        self._view(rig)
        tables = [
            await self._describe(target) for target in self._targets.values() if target.rig == rig
        ]
        return PublishReport(rig=rig, tables=tuple(tables))

    async def publish(
        self, rig: str, server: str, wish: Wish, client: Client, *, overwrite: bool
    ) -> PublishedTable:
        """Write a table now, and keep it so from now on."""
        target = self._target(rig, server)
        async with self._locks[rig, server]:
            table = await self._read(target)
            kept = await self._memory.read_kept(rig, server)
            plan = plan_table(self._view(rig).offsets, table, kept)
            if plan.state is TableState.CHANGED and not overwrite:
                raise RefusedError(f"{table.program}: {plan.sentence}")
            if kept is not None:
                # What stands there now is what is written over, as the person says.
                kept = replace(kept, wish=wish, written=_steps(table))
            begun = kept or KeptTable(
                original=_steps(table), written=_steps(table), wish=wish, at=_now()
            )
            plan = plan_table(self._view(rig).offsets, table, begun)
            if plan.state is TableState.NOTHING:
                raise RefusedError(f"{table.program}: {plan.sentence}")
            await self._write(target, table, plan, begun, client.name)
        return await self._describe(target)

    async def undo(self, rig: str, server: str, client: Client) -> PublishedTable:
        """Give back the table that the program had before rigd wrote it."""
        target = self._target(rig, server)
        async with self._locks[rig, server]:
            kept = await self._memory.read_kept(rig, server)
            if kept is None:
                raise RefusedError(f"{server}: rigd has written nothing there")
            table = await self._read(target)
            now = _steps(table)
            back = {slot: steps for slot, steps in kept.original.items() if slot in now}
            await asyncio.wait_for(target.driver.write_table(back, table), ANSWER_S)
            await self._memory.keep(rig, server, None)
            self._observatory.note(
                rig, f"{table.program} has its own filter offsets again, said {client.name}"
            )
        return await self._describe(target)

    async def _keep_current(self, target: _Target) -> None:
        key = (target.rig, target.server)
        try:
            async with self._locks[key]:
                kept = await self._memory.read_kept(*key)
                if kept is None:
                    self._changed.pop(key, None)
                    return
                table = await self._read(target)
                plan = plan_table(self._view(target.rig).offsets, table, kept)
                if plan.state is TableState.CHANGED:
                    self._changed[key] = f"{table.program}: {plan.sentence}"
                    self._say_once(key, self._changed[key])
                    return
                self._changed.pop(key, None)
                if plan.state is TableState.TO_WRITE:
                    await self._write(target, table, plan, kept, "rigd")
        except (DeviceError, DeviceUnavailableError, InvalidValueError, TimeoutError) as error:
            log.debug("%s: %s: %s", *key, error)
        except Exception:
            log.exception("%s: the table of %s", *key)

    async def _read(self, target: _Target) -> ProgramTable:
        try:
            return await asyncio.wait_for(target.driver.read_table(), ANSWER_S)
        except TimeoutError:
            msg = f"{target.server}: no whole answer within {ANSWER_S:g} s"
            raise DeviceUnavailableError(msg) from None

    async def _write(
        self, target: _Target, table: ProgramTable, plan: TablePlan, kept: KeptTable, by: str
    ) -> None:
        """Write a plan; what the program had is durable before anything is written over it."""
        key, steps = (target.rig, target.server), plan.steps
        await self._memory.keep(*key, kept)
        read_back = table
        if steps:
            read_back = await asyncio.wait_for(target.driver.write_table(steps, table), ANSWER_S)
        await self._memory.keep(*key, replace(kept, written=_steps(read_back), at=_now()))
        names = {row.filter_position: row.name for row in plan.rows}
        wrong = [
            f"{names[slot]} is {_steps(read_back).get(slot)} instead of {wanted:+d}"
            for slot, wanted in steps.items()
            if _steps(read_back).get(slot) != wanted
        ]
        if wrong:
            msg = f"{table.program}: written, and read back otherwise: {', '.join(wrong)}"
            self._observatory.warn(target.rig, msg)
            raise DeviceError(msg)
        self._said.pop(key, None)
        if steps:
            told = ", ".join(f"{names[slot]} {wanted:+d}" for slot, wanted in steps.items())
            self._observatory.note(
                target.rig, f"{table.program}: filter offsets written by {by}: {told} steps"
            )

    async def _describe(self, target: _Target) -> PublishedTable:
        key = (target.rig, target.server)
        kept = await self._memory.read_kept(*key)
        at = None if kept is None else kept.at
        try:
            table = await self._read(target)
        except (DeviceError, DeviceUnavailableError) as error:
            return PublishedTable(
                rig=target.rig,
                server=target.server,
                program=target.server,
                state=TableState.UNREADABLE,
                sentence=str(error),
                rows=(),
                written_at=at,
            )
        plan = plan_table(self._view(target.rig).offsets, table, kept)
        return PublishedTable(
            rig=target.rig,
            server=target.server,
            program=table.program,
            state=plan.state,
            sentence=plan.sentence,
            rows=plan.rows,
            written_at=at,
        )

    def _say_once(self, key: tuple[str, str], sentence: str) -> None:
        if self._said.get(key) != sentence:
            self._said[key] = sentence
            self._observatory.warn(key[0], sentence)

    def _view(self, rig: str) -> RigView:
        found = next((one for one in self._observatory.rigs() if one.name == rig), None)
        if found is None:
            raise InvalidValueError(f"no rig is named {rig[:64]!r}")
        return found

    def _target(self, rig: str, server: str) -> _Target:
        self._view(rig)
        found = self._targets.get((rig, server))
        if found is None:
            there = ", ".join(name for one, name in self._targets if one == rig) or "none"
            raise InvalidValueError(
                f"rig {rig} has no program {server[:64]!r} with a table that can be written "
                f"(there are: {there})"
            )
        return found


def _steps(table: ProgramTable) -> dict[int, int]:
    return {row.filter_position: row.steps for row in table.offsets}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
