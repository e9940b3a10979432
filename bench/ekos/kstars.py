"""KStars at work: started in a desktop of its own, Ekos opened, and asked over D-Bus."""

import subprocess
from pathlib import Path

from bench.ekos.desktop import Desktop, end, until
from bench.ekos.user_database import PROFILE

START_LIMIT_S = 90.0
CALL_LIMIT_S = 20.0
SERVICE = "org.kde.kstars"
EKOS_STARTED = "2"
"""`ekosStatus`: Idle, Pending, Success, Error."""
TYPES = {"variant", "struct", "array", "{", "[", "boolean", "int32", "uint32", "double"}
# Without these a first-run wizard, a modal dialogue, keeps KStars from answering. A KStars that was
# killed may leave the file half-written, so it is written at every start.
SETTINGS = """[General]
KStarsFirstRun=false
RunStartupWizard=false
FocusLogging=true

[GUI]
RunStartupWizard=false
"""


class KStarsError(RuntimeError):
    """KStars does not do what a scenario needs."""


class KStars:
    """A KStars and its Ekos, until it is left."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """Where it keeps profiles, trains and filters."""
        return self._desktop.home / ".local/share/kstars/userdb.sqlite"

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = self._desktop.home / ".config/kstarsrc"
        settings.write_text(SETTINGS, encoding="utf-8")
        self._process = self._desktop.run("kstars")
        until(self._has_window, "KStars' main window", START_LIMIT_S)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def open_ekos(self) -> None:
        """Open Ekos with the profile, and wait until its modules are there."""
        until(self._shows_ekos, "Ekos", START_LIMIT_S, 2.0)
        self.ekos("setProfile", f"string:{PROFILE}")
        self.ekos("start")
        until(self._ekos_runs, "Ekos is connected", START_LIMIT_S, 0.5)

    def ekos(self, method: str, *words: str, module: str = "") -> str:
        """Call a method of Ekos or of one of its modules."""
        path, interface = "/KStars/Ekos", f"{SERVICE}.Ekos"
        if module:
            path, interface = f"{path}/{module}", f"{interface}.{module}"
        return self.call(path, f"{interface}.{method}", *words)

    def property(self, name: str, module: str = "") -> str:
        """The value of a property of Ekos or of one of its modules."""
        path, interface = "/KStars/Ekos", f"{SERVICE}.Ekos"
        if module:
            path, interface = f"{path}/{module}", f"{interface}.{module}"
        words = (f"string:{interface}", f"string:{name}")
        return self.call(path, "org.freedesktop.DBus.Properties.Get", *words)

    def set_text(self, name: str, text: str, module: str) -> None:
        """Set a property of a module that is a text."""
        words = (f"string:{SERVICE}.Ekos.{module}", f"string:{name}", f"variant:string:{text}")
        path = f"/KStars/Ekos/{module}"
        self.call(path, "org.freedesktop.DBus.Properties.Set", *words)

    def call(self, path: str, method: str, *words: str) -> str:
        """Call a method over D-Bus; what it answers, in plain words.

        Raises:
            KStarsError: it answers with an error, or not at all.
        """
        command = ["dbus-send", "--session", "--print-reply=literal", f"--dest={SERVICE}"]
        try:
            done = subprocess.run(
                [*command, path, method, *words],
                env=self._desktop.environment,
                capture_output=True,
                text=True,
                timeout=CALL_LIMIT_S,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            said = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
            msg = f"{method} {' '.join(words)}: {said}"
            raise KStarsError(msg) from error
        return plain(done.stdout)

    def _has_window(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            msg = f"KStars ended: see {self._desktop.directory / 'kstars.log'}"
            raise KStarsError(msg)
        return self._has("/KStars", "org.kde.KMainWindow")

    def _shows_ekos(self) -> bool:
        """Ask for Ekos until it is there: a window that has just opened may not listen yet."""
        if self._has("/KStars/Ekos", f"{SERVICE}.Ekos"):
            return True
        self.call("/KStars", "org.kde.KMainWindow.activateAction", "string:show_ekos")
        return self._has("/KStars/Ekos", f"{SERVICE}.Ekos")

    def _has(self, path: str, interface: str) -> bool:
        try:
            return interface in self.call(path, "org.freedesktop.DBus.Introspectable.Introspect")
        except KStarsError:
            return False

    def _ekos_runs(self) -> bool:
        try:
            return self.property("ekosStatus") == EKOS_STARTED and self._modules_answer()
        except KStarsError:
            return False

    def _modules_answer(self) -> bool:
        return bool(self.property("filterWheel", "Capture") and self.property("focuser", "Focus"))


def plain(reply: str) -> str:
    """A reply of `dbus-send --print-reply=literal` without its types."""
    words = reply.split()
    while words and words[0] in TYPES:
        del words[0]
    while words and words[-1] in {"}", "]"}:
        del words[-1]
    return " ".join(words)
