"""The error tree: one branch for each remedy. An error says what, which, value, limit."""


class RigdError(Exception):
    """Root of every error that rigd raises on purpose; its text is fit for a user."""


class ConfigError(RigdError):
    """Remedy: edit a configuration or profile file."""


class CatalogError(RigdError):
    """Remedy: edit a catalog file."""


class TrainError(RigdError):
    """Remedy: correct the description of the imaging train or of its parts."""


class DeviceUnavailableError(RigdError):
    """Remedy: wait or plug in; the device or its server is not reachable."""


class DeviceError(RigdError):
    """Remedy: look at the device; it answered, and the answer is a fault."""


class InvalidValueError(RigdError):
    """Remedy: ask again with a value inside the limit that the message names."""


class RefusedError(RigdError):
    """Remedy: open the gate that the message names; nothing moved."""

    opens_by_itself = False
    """Whether asking once more later may do, with nothing changed by anybody."""


class NoProfileError(InvalidValueError):
    """Remedy: name an equipment profile that there is."""


class ChangedMeanwhileError(RefusedError):
    """Remedy: look at the thing as it is now, then change that."""


class StoreError(RigdError):
    """Remedy: look at the disk or the database file."""
