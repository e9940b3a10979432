"""The configuration, the profiles it names, and the drivers it needs."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

from rigd.daemon.driver_plugins import check_programs, check_servers
from rigd.daemon.exposure import find_exposures
from rigd.doctor.finding import Finding, fault, note, ok, warning
from rigd.doctor.installation import Installation
from rigd.errors import ConfigError
from rigd.files.config_path import NO_RIG, is_there

CHECK = "configuration"
MAKE_ONE = "`rigd init` writes one"


def check_configuration(there: Installation) -> Iterator[Finding]:
    """Check that the configuration can be read and has rigs with profiles."""
    loaded = there.loaded
    if loaded is None:
        if is_there(there.config_path) and not os.access(there.config_path, os.R_OK):
            sentence = f"{there.config_path} cannot be read by this user, so little is looked at"
            yield note("permissions", sentence, "`sudo rigd doctor` looks at all of it")
            return
        wrong = (there.config_error or "").splitlines()
        for line in wrong:
            missing = not is_there(there.config_path)
            remedy = MAKE_ONE if missing else "mend that line, then `rigd check`"
            yield fault(CHECK, line, remedy)
        return
    rigs = loaded.config.rigs
    if not rigs:
        yield warning(
            CHECK, f"{loaded.path}: {NO_RIG}", "add a [[rigs]] table (docs/configuration.md)"
        )
    else:
        yield ok(CHECK, f"{loaded.path}: {', '.join(rig.name for rig in rigs)}")
    for rig in rigs:
        if rig.name not in there.profiles and there.store_error is None:
            unread = "; ".join(loaded.unread.get(rig.name, "").splitlines())
            yield warning(
                CHECK,
                f"rig {rig.name} has no equipment profile: {unread or 'none is named'}",
                "`rigd profile import FILE --keep`, then `rigd profile switch NAME`",
            )


def check_drivers(there: Installation) -> Iterator[Finding]:
    """Check that every server's driver is installed and its table right."""
    if there.loaded is None:
        return
    try:
        check_servers(there.loaded)
        check_programs(there.loaded.config)
    except ConfigError as error:
        for line in str(error).splitlines():
            yield fault(CHECK, line, "mend that line, then `rigd check`")
    for server in there.loaded.config.servers:
        if server.driver == "indi" and find_spec("PyIndi") is None:
            yield fault(
                "versions",
                f"server {server.name} needs pyindi-client, which is not installed",
                "`pip install --no-deps pyindi-client==2.3.0` in rigd's environment",
            )


def check_exposure(there: Installation) -> Iterator[Finding]:
    """Check who else can reach rigd, or read its token."""
    if there.loaded is None:
        return
    found = find_exposures(there.loaded)
    for one in found:
        say = note if one.is_unavoidable else warning
        yield say("exposure", one.sentence, one.remedy)
    if not found:
        yield ok("exposure", "only this computer reaches rigd")
