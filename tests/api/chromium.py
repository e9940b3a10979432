"""Debian's chromium, led through its own pipe: what a page shows, says and asks for."""

import json
import os
import shutil
import signal
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from tests.limits import LIMIT_S

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    # A page that was left is not kept: what is asked of it would be answered a minute later.
    "--disable-features=BackForwardCache",
)
LEFT = ("navigated or closed", "context was destroyed", "Cannot find context")
"""What Chromium answers to whoever asked a page that was left meanwhile."""
SENT = "Network.requestWillBeSent"
DESKTOP, PHONE = (1280, 900), (390, 844)


class PageLeftError(Exception):
    """A page was asked that was left before it could answer."""


class Page:
    """One tab: what it says in its console, and what it asks for."""

    def __init__(self, browser: "Browser", session: str) -> None:
        self._browser, self._session = browser, session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.send(method, self._session, **parameters)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [e for e in list(self._browser.events) if e.get("sessionId") == self._session]

    @property
    def complaints(self) -> list[str]:
        """What the console has of errors and warnings."""
        found = []
        for event in self.events:
            said = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(said["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded" and said["entry"]["level"] != "info":
                found.append(said["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and said["type"] != "log":
                found.append(json.dumps(said["args"]))
        return found

    @property
    def asked(self) -> list[str]:
        """Every address that was asked for; a picture within the page is asked of nobody."""
        sent = [e["params"]["request"]["url"] for e in self.events if e["method"] == SENT]
        return [url for url in sent if not url.startswith("data:")]

    def size(self, width: int, height: int) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=width < 600)

    def open(self, url: str) -> None:
        before = sum(event["method"] == "Page.loadEventFired" for event in self.events)
        self.send("Page.navigate", url=url)
        self._browser.wait(
            lambda: sum(event["method"] == "Page.loadEventFired" for event in self.events) > before,
            f"{url} to be there",
        )

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited if it is a promise."""
        said = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def evaluate_here(self, expression: str) -> Any:
        """The same of whichever page is there, which may be on its way to another one."""
        while True:
            try:
                return self.evaluate(expression)
            except PageLeftError:
                self._browser.pause()

    def wait_until(self, expression: str) -> None:
        """Wait until an expression is true in the page, which may be on its way to another one."""
        end_s = monotonic() + LIMIT_S
        asked = f"(() => {{ try {{ return {expression} }} catch {{}} }})()"
        while not self.evaluate_here(asked):
            assert monotonic() < end_s, (expression, self.text, self.complaints)
            self._browser.pause()

    @property
    def text(self) -> str:
        return str(self.evaluate("document.body.innerText"))

    def click(self, selector: str) -> None:
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def touch(self, selector: str, index: int = 0) -> None:
        """Touch what a finger would: the middle of an element, scrolled into sight and on top."""
        # A finger comes down on what is painted, not on what is still to be.
        self.wait_until("document.readyState === 'complete'")
        box = self.evaluate_here(
            f"""(async () => {{
              const find = () => document.querySelectorAll({json.dumps(selector)})[{index}];
              find()?.scrollIntoView({{ block: "center", behavior: "instant" }});
              for (let frame = 0; frame < 2; frame++)
                await new Promise((painted) => requestAnimationFrame(painted));
              const found = find();  // what is live may be a new one by now
              if (!found) return null;
              const box = found.getBoundingClientRect();
              const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
              const top = document.elementFromPoint(x, y);
              return {{ x, y, free: found === top || found.contains(top) }};
            }})()"""
        )
        assert box is not None, (selector, self.text)
        assert box["free"], f"{selector} lies under something else"
        for kind in ("touchStart", "touchEnd"):
            points = [{"x": box["x"], "y": box["y"]}] if kind == "touchStart" else []
            self.send("Input.dispatchTouchEvent", type=kind, touchPoints=points)

    def picture(self, path: Path) -> None:
        said = self.send("Page.captureScreenshot", captureBeyondViewport=False)
        path.write_bytes(b64decode(said["data"]))


class Browser:
    """A running chromium without a past."""

    def __init__(self, directory: Path) -> None:
        program = shutil.which("chromium")
        assert program is not None, "chromium is not installed (`./dev test` installs it)"
        directory.mkdir(parents=True, exist_ok=True)
        read_commands, self._write = os.pipe()
        self._read, write_events = os.pipe()
        self._log = directory / "chromium.log"

        def place() -> None:  # chromium reads from 3 and writes to 4
            commands, events = os.dup(read_commands), os.dup(write_events)
            os.dup2(commands, 3)
            os.dup2(events, 4)

        with self._log.open("wb") as said:
            self._process = subprocess.Popen(
                [program, *OPTIONS, f"--user-data-dir={directory / 'profile'}", "about:blank"],
                env={**os.environ, "HOME": str(directory)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                close_fds=False,
                preexec_fn=place,  # noqa: PLW1509 - only duplicates two descriptors
            )
        os.close(read_commands)
        os.close(write_events)
        self.events: list[dict[str, Any]] = []
        self._replies: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._news = threading.Event()
        self._number = 0
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        rest = b""
        while chunk := os.read(self._read, 1 << 16):
            *whole, rest = (rest + chunk).split(b"\0")
            for text in whole:
                message = json.loads(text)
                if "id" in message:
                    self._replies.put(message)
                else:
                    self.events.append(message)
                self._news.set()

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            try:
                reply = self._replies.get(timeout=LIMIT_S)
            except Empty:
                raise AssertionError(self._log.read_text(errors="replace")[-3000:]) from None
            if reply["id"] == self._number:
                if any(words in str(reply.get("error")) for words in LEFT):
                    raise PageLeftError(method)
                assert "error" not in reply, (method, reply)
                return dict(reply["result"])

    def pause(self) -> None:
        """Wait for news, or a twentieth of a second."""
        self._news.clear()
        self._news.wait(0.05)

    def wait(self, done: Any, what: str) -> None:
        end_s = monotonic() + LIMIT_S
        while not done():
            assert monotonic() < end_s, f"waited for {what}"
            self.pause()

    def page(self, width: int, height: int) -> Page:
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        page.size(width, height)
        return page

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=LIMIT_S)
        self._reader.join(LIMIT_S)
        os.close(self._read)
        os.close(self._write)


@contextmanager
def chromium(directory: Path) -> Iterator[Browser]:
    """A browser without a past, until the block ends."""
    browser = Browser(directory)
    try:
        yield browser
    finally:
        browser.close()
