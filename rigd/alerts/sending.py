"""Sends messages: a thread for each receiver, so that one that hangs delays nobody else.

Threads, because Apprise waits for its receivers; daemon threads, because rigd ends whether they
have answered or not. One that has not answered within the limit is left alone, and another thread
takes its place.
"""

import importlib
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from time import monotonic

from rigd.alerts.receivers import Receiver
from rigd.view.alerts import AlertMessage, ReceiverState

log = logging.getLogger(__name__)

Deliver = Callable[[str, AlertMessage], bool]
"""Takes an address and a message; whether the receiver has taken it."""

LIMIT_S = 60.0
"""How long a receiver may take for one message: twice what Apprise's slowest service is given."""
RETRIES_S = (10.0, 60.0, 300.0)
"""When a message that was not taken is tried again. Our choice."""
WAITING = 32
"""Messages that wait for one receiver; beyond that the oldest is dropped."""
LEFT_ALONE = 3
"""Threads of one receiver that may hang at a time."""
TAKEN, NOT_TAKEN, NO_ANSWER = "taken", "not taken", "no answer yet"


def deliver(address: str, message: AlertMessage) -> bool:
    """Send a message with Apprise.

    What Apprise and its library say of it is kept out of the log: it has addresses in it.
    """
    apprise = importlib.import_module("apprise")
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    sender = apprise.Apprise()
    taken = sender.add(address) and sender.notify(title=message.title, body=message.body)
    return bool(taken)


class _Channel:
    """One receiver with what waits for it."""

    def __init__(self, receiver: Receiver, send: Deliver, limit_s: float) -> None:
        self.name, self.number = receiver.name, receiver.number
        self.result: str | None = None
        self._address = receiver.address
        self._send = send
        self._limit_s = limit_s
        self._waiting: queue.Queue[tuple[AlertMessage, threading.Event]] = queue.Queue(WAITING)
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._turn = 0
        """Which thread is the one that counts."""
        self._since_s: float | None = None
        """When it began to send what it is sending; None: it waits."""
        self._start()

    def put(self, message: AlertMessage) -> threading.Event:
        """Queue a message; the event is set once it was tried."""
        tried = threading.Event()
        while True:
            try:
                self._waiting.put_nowait((message, tried))
            except queue.Full:
                log.warning("alerts: %s is behind: an alert is dropped", self.name)
                try:
                    self._waiting.get_nowait()[1].set()
                except queue.Empty:
                    continue
            else:
                return tried

    def look(self, now_s: float) -> None:
        """Put another thread in the place of one that hangs."""
        with self._lock:
            hangs = self._since_s is not None and now_s - self._since_s > self._limit_s
            if not hangs or self._turn >= LEFT_ALONE:
                return
            self._since_s = None
            self.result = f"no answer within {self._limit_s:g} s"
            log.warning("alerts: %s: %s", self.name, self.result)
            self._start()

    def close(self) -> None:
        """Let the thread end as soon as it is done."""
        self._closed.set()
        self.put(AlertMessage(title="", body=""))

    def _start(self) -> None:
        self._turn += 1
        thread = threading.Thread(
            target=self._run, args=(self._turn,), name=f"alerts to {self.name}", daemon=True
        )
        thread.start()

    def _run(self, turn: int) -> None:
        while not self._closed.is_set():
            message, tried = self._waiting.get()
            if self._closed.is_set():
                return
            for pause_s in (*RETRIES_S, None):
                taken = self._attempt(message, turn)
                tried.set()
                if turn != self._turn:
                    return
                if taken or pause_s is None or self._closed.wait(pause_s):
                    break

    def _attempt(self, message: AlertMessage, turn: int) -> bool:
        with self._lock:
            self._since_s = monotonic()
        try:
            taken = self._send(self._address, message)
        except Exception as error:  # noqa: BLE001 - of another program, and its text may be secret
            log.debug("alerts: %s: %s", self.name, type(error).__name__)
            taken = False
        with self._lock:
            if turn != self._turn:
                return taken
            self._since_s = None
            before, self.result = self.result, TAKEN if taken else NOT_TAKEN
        if not taken and before != NOT_TAKEN:
            log.warning("alerts: %s has not taken an alert; it is tried again", self.name)
        return taken


class Sender:
    """All receivers."""

    def __init__(
        self, receivers: Iterable[Receiver], send: Deliver = deliver, limit_s: float = LIMIT_S
    ) -> None:
        self._channels = [_Channel(one, send, limit_s) for one in receivers]

    def put(self, message: AlertMessage) -> list[threading.Event]:
        """Queue a message for everybody; each event is set once that one was tried."""
        return [channel.put(message) for channel in self._channels]

    def look(self) -> None:
        """See to receivers that hang; call it now and then."""
        for channel in self._channels:
            channel.look(monotonic())

    def states(self) -> tuple[ReceiverState, ...]:
        """How it went with each."""
        return tuple(
            ReceiverState(receiver=one.name, number=one.number, result=one.result)
            for one in self._channels
        )

    def close(self) -> None:
        """Let the threads end; none is waited for."""
        for channel in self._channels:
            channel.close()
