"""Finds a layer's file inside the data folder, and looks at it before GDAL does.

Only regular files under the folder are opened; archives are read for size, ratio, entries and
names first, XML is refused when it declares a document type.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from django.utils.translation import gettext as _

from gisapp.errors import BadInput

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 200
SMALL_ENTRY_BYTES = 1024 * 1024  # below this, a high ratio harms nobody
ARCHIVES = {".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz"}
XML_FILES = {".gml", ".kml", ".xml"}


class UnreadableFile(BadInput):
    """A file named by the profile is absent, broken, or not safe to open."""

    code = "unreadable-file"


def find_file(folder: Path, name: str, *, subfolder: str | None = None) -> Path:
    """The regular file of this name in the folder, or in the profile's own folder within it.

    Raises UnreadableFile when it is not there, is no regular file, or leads outside the folder.
    """
    root = folder.resolve()
    tried = [root / name] + ([root / subfolder / name] if subfolder else [])
    path = next((p for p in tried if p.exists()), None)
    if path is None:
        raise UnreadableFile(
            _("The file is not in %s; put it there or name another folder with --data.") % folder,
            pointer=name,
        )
    resolved = path.resolve()
    if not resolved.is_relative_to(root):
        raise UnreadableFile(_("The file leads outside the data folder."), pointer=name)
    if not (resolved.is_file() or resolved.suffix == ".gdb"):
        raise UnreadableFile(_("This is not a file."), pointer=name)
    return resolved


def openable(path: Path, *, member: str | None = None) -> str:
    """The path GDAL opens, after a look inside; raises UnreadableFile when it is refused."""
    suffix = path.suffix.lower()
    if suffix in XML_FILES:
        refuse_document_types(path)
    if suffix == ".kmz":
        check_archive(path)
        return str(path)
    if suffix == ".zip":
        check_archive(path)
        return f"/vsizip/{path}/{member}" if member else f"/vsizip/{path}"
    if suffix == ".gz":
        check_gzip(path)
        return f"/vsigzip/{path}"
    if suffix in ARCHIVES:
        raise UnreadableFile(_("Unpack this archive first; only .zip and .gz are opened."))
    return str(path)


def check_archive(path: Path) -> None:
    """Read a ZIP archive's directory; raises UnreadableFile naming what makes it unsafe."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFile(_("The archive is broken: %s.") % error, pointer=path.name) from error
    if len(entries) > MOST_ENTRIES:
        raise UnreadableFile(
            _("The archive holds %(n)s files; at most %(most)s are opened.")
            % {"n": len(entries), "most": MOST_ENTRIES},
            pointer=path.name,
        )
    total = sum(entry.file_size for entry in entries)
    if total > MOST_UNPACKED_BYTES:
        raise UnreadableFile(
            _("The archive would unpack to %(n)s MB; at most %(most)s MB are opened.")
            % {"n": total // 2**20, "most": MOST_UNPACKED_BYTES // 2**20},
            pointer=path.name,
        )
    for entry in entries:
        problem = _problem_of(entry)
        if problem:
            raise UnreadableFile(problem, pointer=f"{path.name}/{entry.filename}")


def _problem_of(entry: zipfile.ZipInfo) -> str:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        return _("The archive names a file outside itself.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("The archive holds a link.")
    if parts.suffix.lower() in ARCHIVES:
        return _("The archive holds another archive; unpack it and name the file itself.")
    if entry.file_size > max(SMALL_ENTRY_BYTES, MOST_RATIO * entry.compress_size):
        return _("A file in the archive is packed more than %s times; it may be a bomb.") % (
            MOST_RATIO
        )
    return ""


def check_gzip(path: Path) -> None:
    """Unpack a gzip file once, counting; raises UnreadableFile when it is broken or too large."""
    most = min(MOST_UNPACKED_BYTES, max(SMALL_ENTRY_BYTES, MOST_RATIO * path.stat().st_size))
    total = 0
    try:
        with gzip.open(path) as stream:
            while block := stream.read(2**20):
                total += len(block)
                if total > most:
                    raise UnreadableFile(
                        _("The archive is too large when unpacked."), pointer=path.name
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(_("The archive is broken: %s.") % error, pointer=path.name) from error


class _DocumentType(Exception):
    pass


def refuse_document_types(path: Path) -> None:
    """Parse XML for its declarations only; raises UnreadableFile on DOCTYPE or broken XML."""
    parser = expat.ParserCreate()

    def refuse(*_ignored: object) -> None:
        raise _DocumentType

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except _DocumentType as error:
        raise UnreadableFile(
            _("The XML declares a document type, which is refused; remove the DOCTYPE."),
            pointer=path.name,
        ) from error
    except expat.ExpatError as error:
        raise UnreadableFile(_("The XML is broken: %s.") % error, pointer=path.name) from error
