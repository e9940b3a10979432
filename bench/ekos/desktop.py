"""A desktop without a screen for KStars: a home, an X display and a D-Bus session of its own.

Nothing of the user's desktop is used or touched, and everything that was started ends with it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

LIMIT_S = 30.0
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A session bus that starts no service: KStars gets no helper that would outlive it."""
UNWANTED = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "WAYLAND_DISPLAY", "XAUTHORITY")


class Desktop:
    """Runs programs in a home of their own, until it is left."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = directory / "home"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment = {k: v for k, v in os.environ.items() if k not in UNWANTED}
        self.environment |= {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self._bus}",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    @property
    def _bus(self) -> Path:
        return self.home / "run" / "bus"

    def __enter__(self) -> "Desktop":
        for part in (".config", ".local/share/kstars", "run"):
            (self.home / part).mkdir(parents=True, exist_ok=True)
        (self.home / "run").chmod(0o700)
        try:
            self._start_bus()
            self._start_display()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """End everything that was started here, the last first."""
        for process in reversed(self._processes):
            end(process)
        self._processes.clear()

    def run(self, *words: str, keep: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        """Start a program; its output goes to a file of its name. It dies with its parent."""
        with (self.directory / f"{Path(words[0]).name}.log").open("ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *words],
                env=self.environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=keep,
            )
        self._processes.append(process)
        return process

    def _start_bus(self) -> None:
        config = self.directory / "bus.conf"
        config.write_text(BUS.format(path=self._bus), encoding="utf-8")
        self._bus.unlink(missing_ok=True)
        self.run("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")
        until(self._bus.exists, "a D-Bus session")

    def _start_display(self) -> None:
        """Xvfb takes the first display that is free, and says which."""
        reader, writer = os.pipe()
        screen = ("-screen", "0", "1600x1100x24", "-nolisten", "tcp")
        try:
            self.run("Xvfb", "-displayfd", str(writer), *screen, keep=(writer,))
        finally:
            os.close(writer)
        with os.fdopen(reader) as said:
            number = said.readline().strip()
        if not number:
            msg = f"Xvfb did not start: see {self.directory / 'Xvfb.log'}"
            raise RuntimeError(msg)
        self.environment["DISPLAY"] = f":{number}"


def until(
    is_so: Callable[[], bool], what: str, limit_s: float = LIMIT_S, every_s: float = 0.1
) -> None:
    """Look again and again until it is so.

    Raises:
        TimeoutError: it was not so within the limit.
    """
    end_s = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > end_s:
            msg = f"not within {limit_s:g} s: {what}"
            raise TimeoutError(msg)
        time.sleep(every_s)


def end(process: subprocess.Popen[bytes], patience_s: float = 5.0) -> None:
    """End a program and whatever it started in its session: first asked, then killed."""
    with suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(patience_s)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
