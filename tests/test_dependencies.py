"""Nothing has to be compiled to install rigd, on Windows or on a small computer with ARM."""

import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow  # it waits for the network: begun last, it would end last
ROOT = Path(__file__).parent.parent
LIMIT_S = 300
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
AARCH64 = [f"manylinux_2_{minor}_aarch64" for minor in range(17, 37)]  # Debian 12 has glibc 2.36
NEVER_IMPORTED = {"pyindi-client": {"dbus-python"}}  # ./dev installs pyindi-client without it


def declared() -> list[str]:
    """What rigd requires, with the driver for INDI."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["indi"]]


def required_on(target: dict[str, str]) -> dict[str, str]:
    """Every package that rigd needs on a target, with its versions.

    pip judges markers by the computer that it runs on; here they are judged by the target. What
    the packages require is read from those installed here.
    """
    found: dict[str, str] = {}
    asked = [Requirement(text) for text in declared()]
    while asked:
        one = asked.pop()
        name = canonicalize_name(one.name)
        if name in found or not (one.marker is None or one.marker.evaluate(target)):
            continue
        found[name] = f"{name}{one.specifier}"
        try:
            more = [Requirement(text) for text in requires(name) or []]
        except PackageNotFoundError:
            more = []  # of other systems only, as tzdata
        asked += [r for r in more if r.name not in NEVER_IMPORTED.get(name, set())]
    return found


def find_wheels(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q"]
    command += ["--no-deps", "--only-binary=:all:", "-c", str(ROOT / "constraints.txt")]
    try:
        return subprocess.run(
            [*command, *words], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the package index is too slow")


def index_answers() -> bool:
    return find_wheels("--retries", "0", "--timeout", "10", "alpyca").returncode == 0


@pytest.fixture(scope="module")
def index() -> None:
    if not index_answers():
        pytest.skip("no package index answers")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("python", ["3.11", "3.13"])
@pytest.mark.parametrize(
    ("system", "tags", "of_its_own"),
    [
        pytest.param(WINDOWS, ["win_amd64"], {"colorama", "tzdata"}, id="windows"),
        pytest.param(LINUX, AARCH64, {"httptools", "pyindi-client", "uvloop"}, id="linux-aarch64"),
    ],
)
def test_every_dependency_has_a_wheel(
    python: str, system: dict[str, str], tags: list[str], of_its_own: set[str]
) -> None:
    target = {**system, "python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    needed = required_on(target)

    words = ["--target", "nowhere", "--python-version", python]
    words += [word for tag in tags for word in ("--platform", tag)]
    done = find_wheels(*words, *needed.values())

    if done.returncode != 0 and ("Retrying" in done.stderr or not index_answers()):
        pytest.skip("the package index was lost")
    assert done.returncode == 0, done.stderr
    only_somewhere = {"colorama", "tzdata", "httptools", "pyindi-client", "uvloop"}
    assert needed.keys() & only_somewhere == of_its_own
