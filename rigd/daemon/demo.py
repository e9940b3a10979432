"""The demonstration: INDI's simulators, an example rig on top of them, nothing left behind."""

import asyncio
import ctypes
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from rigd.api.server import loop_factory
from rigd.config import LoadedConfig, load_config
from rigd.daemon import run as daemon
from rigd.errors import ConfigError
from rigd.optics.filter_offsets import Moves
from rigd.store.database import Store
from rigd.store.profiles import add
from rigd.store.starting_profiles import profiles_at_start

log = logging.getLogger(__name__)

SIMULATORS = (
    "indi_simulator_ccd",
    "indi_simulator_wheel",
    "indi_simulator_focus",
    "indi_simulator_telescope",
)
INDI_PORT = 7624
HTTP_PORT = 32323
SECOND = "With reducer"
AGAIN_S = 3.0
"""How long after its death the demonstration starts indiserver again."""


def run_demo() -> None:
    """Run rigd on INDI's simulators until Ctrl-C; everything that was started ends with it.

    Raises:
        ConfigError: INDI's server or simulators are not installed.
    """
    missing = [p for p in ("indiserver", *SIMULATORS) if shutil.which(p) is None]
    if missing:
        msg = f"the demonstration needs {', '.join(missing)} (Debian: apt-get install indi-bin)"
        raise ConfigError(msg)
    with (
        tempfile.TemporaryDirectory(prefix="rigd-demo-") as name,
        asyncio.Runner(loop_factory=loop_factory()) as runner,
    ):
        runner.run(_run(Path(name)))


async def _run(directory: Path) -> None:
    indi_port, http_port = _free_port(INDI_PORT), _free_port(HTTP_PORT)
    config = _write_files(directory, indi_port, http_port)
    loaded = load_config(config)
    _keep_second_profile(loaded)
    simulators = asyncio.create_task(_keep_simulators(directory, indi_port))
    try:
        await daemon.run(loaded, started=lambda port: _welcome(port, indi_port))
    finally:
        simulators.cancel()
        with suppress(asyncio.CancelledError):
            await simulators


def own_driver() -> tuple[str, ...]:
    """The driver of rigd's own devices, where this rigd was installed with its commands."""
    beside = Path(sys.executable).with_name("indi_rigd")
    return (str(beside),) if beside.exists() else ()


async def _keep_simulators(directory: Path, port: int) -> None:
    """Run indiserver, and again when it dies, unless somebody else took its port."""
    while True:
        server = await asyncio.create_subprocess_exec(
            "indiserver",
            "-p",
            str(port),
            "-u",
            str(directory / "indiserver"),
            *SIMULATORS,
            *own_driver(),
            env={
                **os.environ,
                "HOME": str(directory),
                "RIGD_INDI": str(directory / daemon.INDI_SOCKET),
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        try:
            await server.wait()
        except asyncio.CancelledError:
            server.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await server.wait()
            raise
        log.warning("indiserver ended; it is started again in %g s", AGAIN_S)
        await asyncio.sleep(AGAIN_S)
        if _free_port(port) != port:
            log.info("port %s is in use: somebody else started indiserver again", port)
            return


def _write_files(directory: Path, indi_port: int, http_port: int) -> Path:
    examples = files("rigd.profiles") / "examples"
    (directory / "demo.toml").write_text(
        (examples / "demo.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    config = directory / "rigd.toml"
    config.write_text(
        f"""store = "rigd.db"

[listen]
port = {http_port}

[[servers]]
name = "simulators"
driver = "indi"
host = "localhost"
port = {indi_port}
unix_socket = "{directory / "indiserver"}"

[[rigs]]
name = "demo"
mode = "apply"
profile = "demo.toml"
""",
        encoding="utf-8",
    )
    return config


def _keep_second_profile(loaded: LoadedConfig) -> None:
    """The same rig with a reducer on its drawtube: another light path, other offsets."""
    with closing(Store(loaded.store_path)) as store:
        profile = profiles_at_start(store, loaded).profiles["demo"]
        optic = {
            "name": "80 mm f/6 refractor with a 0.8 reducer",
            "focal_length_mm": 384.0,
            "focal_ratio": 4.8,
        }
        reduced = {
            "name": SECOND,
            "optic": profile.optic.model_copy(update=optic),
            "focuser": profile.focuser
            and profile.focuser.model_copy(
                update={"moves": Moves.RIDING_REDUCER, "magnification": 0.8}
            ),
        }
        add(store, profile.model_copy(update=reduced), "the demonstration")


def _welcome(http_port: int, indi_port: int) -> None:
    port = "" if indi_port == INDI_PORT else f" -p {indi_port}"
    url = "" if http_port == HTTP_PORT else f" --url 127.0.0.1:{http_port}"
    sys.stdout.write(
        f"""
rigd answers at 127.0.0.1:{http_port}  (Alpaca device 0; discovery on UDP 32227)
INDI's simulators are on port {indi_port}. In another terminal:

  indi_setprop{port} "Filter Simulator.FILTER_SLOT.FILTER_SLOT_VALUE=3"   change the filter
  indi_getprop{port} "Focuser Simulator.ABS_FOCUS_POSITION.*"             see the focuser follow
  indi_getprop{port} "rigd demo.*.*"                                      rigd's own INDI devices
  ./dev rigd explain{url}                                                 why it is where it is
  ./dev rigd offsets{url}                                                 the offset of each filter
  ./dev rigd profile switch "{SECOND}"{url}                         offsets follow, no motion
  ./dev rigd adopt{url}                                                   "it is in focus": go on
  ./dev rigd profile undo{url}                                            the old offsets are back
  curl http://127.0.0.1:{http_port}/rigd/v1/rigs                          the same as JSON

Ctrl-C ends everything.

"""
    )
    sys.stdout.flush()


def _free_port(wanted: int) -> int:
    """The wanted TCP port if it is free, else a free one."""
    for port in (wanted, 0):
        with _listening(port) as bound:
            if bound is not None:
                return bound
    msg = "no free TCP port on 127.0.0.1"
    raise ConfigError(msg)


@contextmanager
def _listening(port: int) -> Iterator[int | None]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            yield None
        else:
            yield probe.getsockname()[1]


def _die_with_parent() -> None:
    """Ask Linux to end indiserver when rigd is killed outright (PR_SET_PDEATHSIG)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
