"""Serves rigd's devices to the drivers that indiserver starts: one talk for each of them."""

import asyncio
import hmac
import logging
from collections.abc import Collection, Coroutine, Mapping
from time import monotonic

from rigd.api.http.refusal_log import RefusalLog
from rigd.api.indi.daemon_address import watch_for_silence
from rigd.api.indi.driver import AGAIN, END, GREETING, PING, PONG
from rigd.api.indi.driver_cache import READY
from rigd.api.indi.rig_door import Loss, RigDoor
from rigd.api.indi.vectors import Key, Vector
from rigd.api.indi.wire import Element, ElementReader, message
from rigd.view.observatory import Observatory
from rigd.view.rig import RigView

log = logging.getLogger(__name__)

GREETING_LIMIT_S = 5.0
WRONG_TOKEN_S = 1.0
"""How long whoever comes with a wrong token waits, so that tokens cannot be tried out."""
RETURN_S = 0.8
"""How long a driver that was not killed may take to be back; it looks for rigd twice a second."""
RECOVERY_S = 10.0
"""How long after rigd's start a driver may take to come back."""
MOST_LINKS = 32
MOST_UNREAD_BYTES = 1 << 20
"""What a driver that does not read is kept; then it is left to come again."""
_CHUNK = 1 << 16


class IndiDoor:
    """All rigs, for all drivers that indiserver has started."""

    def __init__(self, observatory: Observatory, version: str, token: str | None) -> None:
        self._observatory, self._version, self._token = observatory, version, token
        self._rigs: dict[str, RigDoor] = {}
        self._shown: dict[Key, Vector] = {}
        self._links: set[asyncio.StreamWriter] = set()
        self._due: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._talks: set[asyncio.Task[object]] = set()
        """One for each driver that is connected, or about to be."""
        self._gone: asyncio.TimerHandle | None = None
        """Set between the end of the last driver and the moment when that is told."""
        self._loss = Loss.KILLED
        self._refusals = RefusalLog()
        self._is_ending = False

    @property
    def shown(self) -> Mapping[Key, Vector]:
        """What every driver has been told last."""
        return self._shown

    async def run(self) -> None:
        """Follow the views until cancelled."""
        loop = asyncio.get_running_loop()
        recovery = loop.call_later(RECOVERY_S, self._note_missing)
        try:
            while True:
                self.publish()
                await self._observatory.changed()
        finally:
            recovery.cancel()
            if self._due is not None:
                self._due.cancel()
            self._forget_gone()
            self._is_ending = True  # it is rigd that goes, and no driver
            ending = (*self._tasks, *self._talks)
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, needs_token: bool
    ) -> None:
        """Talk with one driver until it goes."""
        loss = Loss.KILLED
        if (talk := asyncio.current_task()) is not None:
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)
        try:
            watch_for_silence(writer.get_extra_info("socket"))
            if not await self._is_welcome(reader, writer, needs_token=needs_token):
                return
            self._renew(())
            defined = [vector.define() for vector in self._shown.values()]
            writer.write(b"".join(one.to_bytes() for one in (*defined, Element(READY, {}))))
            self._links.add(writer)
            elements = ElementReader()
            while data := await reader.read(_CHUNK):
                for asked in elements.feed(data):
                    if asked.tag == END:
                        loss = Loss.ENDED
                    else:
                        self._take(asked, writer)
        except ConnectionError as error:
            log.debug("INDI driver: %s", error)
        except (OSError, TimeoutError, ValueError) as error:
            log.debug("INDI driver: %s", error)
            loss = Loss.OUT_OF_REACH
        except asyncio.CancelledError:
            # At rigd's own end nobody is told: some Pythons take a cancelled talk for a fault.
            if not self._is_ending:
                raise
        finally:
            writer.close()
            if writer in self._links:
                self._links.discard(writer)
                self._note_gone(loss)

    async def _is_welcome(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, needs_token: bool
    ) -> bool:
        async with asyncio.timeout(GREETING_LIMIT_S):
            line = (await reader.readline()).decode("utf-8", "replace").strip()
        if line != GREETING and not line.startswith(f"{GREETING} "):
            return False
        if len(self._links) >= MOST_LINKS:
            log.warning("INDI: %d drivers are connected already", MOST_LINKS)
            return False
        token = line.removeprefix(GREETING).strip()
        known = self._token or ""
        if not needs_token or (known and hmac.compare_digest(token.encode(), known.encode())):
            return True
        address = str((writer.get_extra_info("peername") or ("?",))[0])
        self._refusals.note(address, "indi_rigd", "a wrong token, or none")
        await asyncio.sleep(WRONG_TOKEN_S)
        return False

    def _take(self, asked: Element, writer: asyncio.StreamWriter) -> None:
        if asked.tag == AGAIN:
            self._note_back()
        if asked.tag == PING:
            writer.write(Element(PONG, {}).to_bytes())
        if not asked.tag.startswith("new"):
            return
        if self._gone is not None:  # told before whoever has the devices anew ends it
            self._tell_gone(self._loss)
        for view in self._observatory.rigs():
            if self._rig(view).take(view, asked):
                return

    def _note_gone(self, loss: Loss) -> None:
        """A driver has gone: with its indiserver, alone, or only out of reach."""
        self._forget_gone()
        if self._links or self._is_ending:
            return
        self._loss = loss
        self._gone = asyncio.get_running_loop().call_later(RETURN_S, self._tell_gone, loss)

    def _forget_gone(self) -> None:
        if self._gone is not None:
            self._gone.cancel()
            self._gone = None

    def _tell_gone(self, loss: Loss) -> None:
        self._forget_gone()
        for view in self._observatory.rigs():
            self._rig(view).note_driver_gone(view, loss)

    def _note_back(self) -> None:
        """A driver has come back that has had its clients all the time."""
        self._forget_gone()
        for view in self._observatory.rigs():
            self._rig(view).note_driver_back(view)

    def _note_missing(self) -> None:
        """No driver has come since rigd's start.

        With no wheel there either, the evening's server ended while rigd was away, or the computer
        did: nobody takes pictures.
        """
        if self._links or self._is_ending:
            return
        for view in self._observatory.rigs():
            loss = Loss.KILLED if view.wheel.connected else Loss.ENDED
            self._rig(view).note_driver_gone(view, loss)

    def _rig(self, view: RigView) -> RigDoor:
        if view.name not in self._rigs:
            self._rigs[view.name] = RigDoor(self._observatory, view, self._version, self)
        return self._rigs[view.name]

    def publish(self, repeated: Collection[Key] = ()) -> None:
        """Tell every driver what has changed, and of `repeated` also what has not."""
        if self._links:
            self._renew(repeated)

    def _renew(self, repeated: Collection[Key]) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        now_s, due_s = monotonic(), list[float]()
        shown: dict[Key, Vector] = {}
        repeats = set(repeated)
        for view in self._observatory.rigs():
            rig = self._rig(view)
            shown |= {vector.key: vector for vector in rig.vectors(view, now_s, repeats)}
            free_at_s = rig.wheel.free_at_s
            if free_at_s is not None and free_at_s > now_s:
                due_s.append(free_at_s)
            rig.note_real_wheel(view)
        for key in [key for key in self._shown if key not in shown]:
            self._write(self._shown[key].delete())
        for key, vector in shown.items():
            before = self._shown.get(key)
            if before is not None and before.shape() == vector.shape():
                if before != vector or key in repeats:
                    self._write(vector.tell())
                continue
            if before is not None:
                self._write(before.delete())
            self._write(vector.define())
            self._write(vector.tell())  # a client that waits is freed by a value alone
        self._shown = shown
        if due_s:
            loop = asyncio.get_running_loop()
            self._due = loop.call_later(min(due_s) - now_s, self.publish)

    def say(self, device: str, sentence: str) -> None:
        """Say a sentence in the log of every client."""
        self._write(message(device, sentence))

    def _write(self, element: Element) -> None:
        data = element.to_bytes()
        for link in tuple(self._links):
            link.write(data)
            if link.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
                log.warning("INDI: a driver does not read; its connection is closed")
                link.transport.abort()

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Do something that waits, beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
