"""Alerts reach real receivers; one that hangs delays nobody, and no secret is said."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from queue import SimpleQueue

import pytest
from aiosmtpd.controller import Controller

from rigd.alerts import sending
from rigd.alerts.receivers import Receiver
from rigd.alerts.sending import NOT_TAKEN, TAKEN, Sender
from rigd.view.alerts import AlertMessage
from tests.alerts.hook import hook
from tests.limits import LIMIT_S
from tests.ports import free_port

# Of the modules that Apprise and aiosmtpd import.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

MESSAGE = AlertMessage(title="rigd: newton: device lost", body="It ends when it is back.")
PRIVATE = "Tq7xPrivate"


@contextmanager
def sender(*addresses: str, **how: object) -> Iterator[Sender]:
    receivers = [
        Receiver(name=f"receiver {number}", address=one) for number, one in enumerate(addresses)
    ]
    one = Sender(receivers, **how)  # type: ignore[arg-type]
    try:
        yield one
    finally:
        one.close()


def tried(events: list[threading.Event]) -> bool:
    return all(event.wait(LIMIT_S) for event in events)


def test_an_alert_reaches_a_real_receiver_over_http() -> None:
    with hook() as server, sender(f"json://127.0.0.1:{server.server_port}/{PRIVATE}") as one:
        assert tried(one.put(MESSAGE))

        taken = server.taken.get(timeout=LIMIT_S)

    assert taken["title"] == MESSAGE.title
    assert taken["message"] == MESSAGE.body
    assert [state.result for state in one.states()] == [TAKEN]


class Mailbox:
    """Keeps what a mail server takes."""

    def __init__(self) -> None:
        self.taken: SimpleQueue[tuple[list[str], bytes]] = SimpleQueue()

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.put((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 taken"


def test_an_alert_reaches_a_real_mail_server() -> None:
    box = Mailbox()
    mail = Controller(box, hostname="127.0.0.1", port=free_port())
    mail.start()
    try:
        address = f"mailto://127.0.0.1:{mail.port}?from=rigd@pier.example&to=me@home.example"
        with sender(address) as one:
            assert tried(one.put(MESSAGE))
            to, content = box.taken.get(timeout=LIMIT_S)
    finally:
        mail.stop()

    assert to == ["me@home.example"]
    assert message_from_bytes(content)["Subject"] == MESSAGE.title


def test_a_receiver_that_refuses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "RETRIES_S", (0.01, 0.01))
    with hook(503) as server, sender(f"json://127.0.0.1:{server.server_port}/") as one:
        assert tried(one.put(MESSAGE))

        for _ in range(3):
            server.taken.get(timeout=LIMIT_S)

        assert [state.result for state in one.states()] == [NOT_TAKEN]


def test_a_receiver_that_hangs_delays_no_other_and_is_replaced() -> None:
    began, hangs, taken = threading.Event(), threading.Event(), SimpleQueue[str]()

    def send(address: str, message: AlertMessage) -> bool:
        if address == "hangs":
            began.set()
            hangs.wait(LIMIT_S)
        taken.put(address)
        return True

    with sender("hangs", "answers", send=send, limit_s=-1.0) as one:
        first = one.put(MESSAGE)
        assert began.wait(LIMIT_S)
        assert first[1].wait(LIMIT_S)
        assert taken.get(timeout=LIMIT_S) == "answers"
        assert not first[0].is_set()

        one.look()

        assert "no answer within" in (one.states()[0].result or "")
        hangs.set()
        assert tried(one.put(MESSAGE))


def test_a_receiver_that_is_far_behind_loses_the_oldest_alerts_and_no_more_memory() -> None:
    hangs = threading.Event()

    def send(_address: str, _message: AlertMessage) -> bool:
        return hangs.wait(LIMIT_S)

    with sender("hangs", send=send) as one:
        events = [event for _ in range(sending.WAITING + 10) for event in one.put(MESSAGE)]

        assert sum(event.is_set() for event in events) >= 9
        hangs.set()


def test_no_secret_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), hook(500) as server:
        refused = f"json://me:{PRIVATE}@127.0.0.1:{server.server_port}/{PRIVATE}"
        nobody = f"json://127.0.0.1:9/{PRIVATE}"
        nonsense = f"nothing-like-that://{PRIVATE}"
        with sender(refused, nobody, nonsense) as one:
            assert tried(one.put(MESSAGE))
            assert [state.result for state in one.states()] == [NOT_TAKEN] * 3

    assert "has not taken an alert" in caplog.text
    assert PRIVATE not in caplog.text
