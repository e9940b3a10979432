"""A process that has imported rigd, read its catalog and forks on demand, for rigd_process.py.

Run as `python -m tests.forker HANDLE`, with its end of a pair of sockets; it ends as soon as the
other end is closed.
"""

import gc
import json
import os
import pkgutil
import runpy
import socket
import sys
from importlib import import_module
from typing import Any

from rigd.catalog.catalog import load_catalog
from rigd.catalog.name_index import MODELS, name_index

MESSAGE_BYTES = 1 << 20
RUN_BY_NAME = ("__main__", "child_process")
"""Python warns when a module that it is to run has been imported before."""


def _import_all() -> None:
    for name in ("rigd", "rigd.drivers"):
        for module in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            if module.name.rpartition(".")[2] not in RUN_BY_NAME:
                import_module(module.name)


def _fork_on_demand(control: socket.socket) -> dict[str, Any] | None:
    """Return in each fork what it is to run, and None once nobody can ask any more."""
    while True:
        message, handles, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 2)
        if not message:
            return None
        asked: dict[str, Any] = json.loads(message)
        if "ended" in asked:
            _, status = os.waitpid(asked["ended"], 0)
            control.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        pid = os.fork()
        if pid == 0:
            control.close()
            for number, handle in enumerate(handles, start=1):
                os.dup2(handle, number)
                os.close(handle)
            return asked
        for handle in handles:
            os.close(handle)
        control.send(str(pid).encode())


def main() -> None:
    _import_all()
    catalog = load_catalog()  # which is kept, as its names are
    for kind in MODELS:
        name_index(catalog, kind)
    gc.freeze()  # what all forks share is left in shared memory
    asked = _fork_on_demand(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["directory"])
        sys.argv[1:] = asked["words"]
        runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
