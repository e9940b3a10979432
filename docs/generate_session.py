"""Write a newcomer's terminal session into README.md: `rigd spacers` asked without a file.

python docs/generate_session.py [--check]

The session runs in a real pseudo-terminal; each answer is typed when its question stands there. The
picture in the README, docs/train.svg, is the drawing of the same answer.
"""

import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from struct import pack
from termios import TIOCSWINSZ

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "train.svg"
BEGIN = "<!-- session: written by docs/generate_session.py -->\n"
END = "<!-- end of session -->\n"
COLUMNS = 100
LIMIT_S = 120.0
"""How long nothing may come before the session is given up: loaded machines are slow."""
ANSWERS = ("Esprit 100", "2600MM Pro", "OAG-L", "EFW 7x36", "3 mm")
WORDS = ("spacers", "-k", "1")
OPTIONS = ("--optic", "--camera", "--oag", "--wheel", "--filter")
"""What the answers are, in one line."""


def run_session(answers: Sequence[str] = ANSWERS, words: Sequence[str] = WORDS) -> str:
    """Return all that stands on the terminal in the end.

    Raises:
        TimeoutError: the command waits for more than it is told.
    """
    with tempfile.TemporaryDirectory() as home:
        process, terminal = pty.fork()
        if process == 0:
            kept = {name: value for name, value in os.environ.items() if name[:5] != "RIGD_"}
            kept |= {"HOME": home, "XDG_CONFIG_HOME": home, "TERM": "dumb", "NO_COLOR": "1"}
            kept |= {"COLUMNS": str(COLUMNS), "LINES": "40"}
            command = [sys.executable, "-m", "rigd", *words]
            os.execve(sys.executable, command, kept)  # noqa: S606 - no shell is wanted
        ioctl(terminal, TIOCSWINSZ, pack("HHHH", 40, COLUMNS, 0, 0))
        try:
            seen = _talk(terminal, list(answers))
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            raise
        finally:
            os.waitpid(process, 0)
            os.close(terminal)
    return seen.decode().replace("\r\n", "\n")


def draw(answers: Sequence[str] = ANSWERS) -> str:
    """Return the drawing (SVG) of the session's answer."""
    with tempfile.TemporaryDirectory() as home:
        drawn = Path(home) / "train.svg"
        asked = [word for pair in zip(OPTIONS, answers, strict=True) for word in pair]
        kept = {name: value for name, value in os.environ.items() if name[:5] != "RIGD_"}
        subprocess.run(  # noqa: S603 - rigd itself
            [sys.executable, "-m", "rigd", *WORDS, *asked, "--svg", str(drawn)],
            env=kept | {"HOME": home, "XDG_CONFIG_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=True,
        )
        return drawn.read_text(encoding="utf-8")


def _talk(terminal: int, answers: list[str]) -> bytes:
    seen = b""
    while True:
        ready, _, _ = select.select([terminal], [], [], LIMIT_S)
        if not ready:
            raise TimeoutError(f"it waits after: {seen[-200:].decode()}")
        try:
            more = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side is closed
            return seen
        if not more:
            return seen
        seen += more
        if answers and seen.endswith((b": ", b") ")):
            os.write(terminal, answers.pop(0).encode() + b"\n")


def page(readme: str, session: str) -> str:
    """Return the README with a session in its place."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = "\n".join(line.rstrip() for line in session.splitlines())
    return f"{before}{BEGIN}```console\n$ rigd {' '.join(WORDS)}\n{lines}\n```\n{END}{after}"


def main() -> None:
    """Write the README and its picture, or fail if they are not current."""
    readme, drawn = README.read_text(encoding="utf-8"), draw()
    wanted = page(readme, run_session())
    if "--check" not in sys.argv:
        README.write_text(wanted, encoding="utf-8")
        PICTURE.write_text(drawn, encoding="utf-8")
    elif wanted != readme or PICTURE.read_text(encoding="utf-8") != drawn:
        raise SystemExit("README.md or docs/train.svg is not current: run docs/generate_session.py")


if __name__ == "__main__":
    main()
