"""What is in the files of a watched directory, read in another process.

A log of lines is read as far as its lines go, and read on as it grows. Any other file counts once
it is at rest: its size and time were the same at two looks.
"""

from collections.abc import Sequence
from datetime import tzinfo

from rigd.autofocus_logs.reader import UnknownFormatError, open_log, read_path
from rigd.autofocus_logs.run import Coordinates
from rigd.errors import InvalidValueError
from rigd.files.text import make_printable
from rigd.service.file_content import FileContent, FileToRead


def read_files(
    files: Sequence[FileToRead], zone: tzinfo | None, coordinates: Coordinates | None
) -> tuple[FileContent, ...]:
    """Return what each file holds; none stops the others."""
    return tuple(_read(file, zone, coordinates) for file in files)


def _read(file: FileToRead, zone: tzinfo | None, coordinates: Coordinates | None) -> FileContent:
    named = make_printable(file.path.name)
    try:
        log = file.log if file.log is not None and file.log.is_same_file() else None
        log = log or open_log(file.path, zone=zone, coordinates=coordinates)
        if log is not None:
            runs = log.read_on()
            return FileContent(runs=runs + (log.settle() if file.at_rest else ()), log=log)
        if not file.at_rest:
            return FileContent(waits=True)
        return FileContent(runs=read_path(file.path, zone=zone, coordinates=coordinates))
    except UnknownFormatError as error:
        # What is being written may still become a log.
        refused = f"{named}: {str(error).removeprefix(f'{named}: ')}"
        return FileContent(refused=refused, foreign=True, waits=not file.at_rest)
    except InvalidValueError as error:
        return FileContent(refused=str(error))
    except (OSError, ValueError) as error:
        return FileContent(refused=f"{named}: {error}")
