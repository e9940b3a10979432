"""The process of its own for long work; what keeps it from starting is said."""

import pytest

from rigd.errors import RefusedError
from rigd.service import fit_process
from rigd.service.fit_process import FitProcess


async def test_where_no_process_can_be_started_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As without a `/dev/shm` that everybody may write to: there are no semaphores then."""

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fit_process, "ProcessPoolExecutor", refuse)

    with pytest.raises(RefusedError, match="no process for it could be started: Permission denied"):
        await FitProcess().run(max, 1, 2)
