"""Read a ZIP that an LMS made, trusting nothing in it: names, sizes, kinds."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

MAX_ENTRIES = 20_000
MAX_FILE = 64 * 2**20
MAX_ALL = 8 * 2**30
_LINK = 0o120000


class ArchiveError(ValueError):
    """The file cannot be read as a ZIP of submissions; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file in the archive: its path as it stands there, its time, a way to its bytes."""

    path: str
    time: datetime | None
    size: int
    _archive: object
    _info: object

    @property
    def parts(self):
        return PurePosixPath(self.path).parts

    @property
    def name(self):
        return self.parts[-1]

    def read(self, limit=MAX_FILE):
        """At most `limit` bytes of it, however large it says it is. Raises ArchiveError."""
        try:
            with self._archive.open(self._info) as file:
                raw = file.read(limit + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
            raise ArchiveError(f"{self.path!r} cannot be unpacked: {error}") from None
        if len(raw) > limit:
            raise ArchiveError(f"{self.path!r} unpacks to more than {limit // 2**20} MB.")
        return raw


def entries(file):
    """(archive, its files) of a path or of bytes. Folders, links and the system's own litter are
    left out. The archive is open until it is closed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {_shown(file)}.") from None
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ArchiveError(f"{_shown(file)} is not a ZIP that can be read: {error}") from None
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        archive.close()
        raise ArchiveError(f"{_shown(file)} holds {len(infos)} files; {MAX_ENTRIES} at most.")
    found, total = [], 0
    for info in infos:
        path = _name(info).replace("\\", "/").lstrip("/")
        parts = PurePosixPath(path).parts
        kind = (info.external_attr >> 16) & 0o170000
        if info.is_dir() or not parts or ".." in parts or kind == _LINK:
            continue
        if "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db"):
            continue
        total += info.file_size
        found.append(Entry(path, _time(info), info.file_size, archive, info))
    if total > MAX_ALL:
        archive.close()
        raise ArchiveError(f"{_shown(file)} unpacks to more than {MAX_ALL // 2**30} GB.")
    return archive, found


def _name(info):
    """The path; also of a ZIP whose names are UTF-8 and do not say so, as Ruby's are."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _time(info):
    try:
        return datetime(*info.date_time)
    except ValueError:
        return None


def _shown(file):
    return "an archive inside" if isinstance(file, bytes) else str(file)
