"""Archives: the files of a ZIP from a stranger, read in memory and within limits."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from amip.errors import InputError, Phrase

MAX_MEMBERS = 200
MAX_UNPACKED = 50 << 20
MAX_RATIO = 200
"""How much larger all files together may be than their archive, from `_SMALL` on."""
_SMALL = 1 << 20
_CHUNK = 1 << 16
_LONGEST = 200
_ENCRYPTED = 1
_NESTED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf'\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_SYSTEM = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
_ALLOWED = frozenset({0, stat.S_IFREG, stat.S_IFDIR})
_PACK = Phrase("pack the programme folder as it is: its tables and programme.yaml")
_AGAIN = Phrase("pack the folder again")


def unpack(content: bytes, name: str) -> Mapping[str, bytes]:
    """Return the files of a ZIP by their path, without what operating systems add.

    Raises `InputError` for what is no ZIP or damaged, for more than the limits allow, and for
    members that are no plain files below the folder: absolute paths, `..`, links, archives.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_sizes(members, len(content), name)
            wanted = [each for each in members if not _is_left_out(each.filename)]
            for each in wanted:
                _check_member(each, name)
            _check_paths([each.filename for each in wanted], name)
            return dict(_read(archive, wanted, name))
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError),
        *(RuntimeError, OSError, OverflowError),
    ) as error:
        why = Phrase("the ZIP is damaged ({problem})", problem=error)
        raise _refuse(name, why, _AGAIN) from error


def _refuse(name: str, why: Phrase, advice: Phrase) -> InputError:
    return InputError("{subject}: {why}", subject=name, advice=advice, why=why)


def _is_left_out(path: str) -> bool:
    return path.endswith("/") or bool(_SYSTEM & set(path.split("/")))


def _check_sizes(members: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    total = sum(each.file_size for each in members)
    if len(members) > MAX_MEMBERS:
        why = Phrase(
            "the ZIP has {count} members, more than {most}", count=len(members), most=MAX_MEMBERS
        )
        raise _refuse(name, why, _PACK)
    if total > MAX_UNPACKED or (total > _SMALL and total > MAX_RATIO * packed):
        why = Phrase("unpacked, the ZIP has {size} MB", size=f"{total / 2**20:.0f}")
        raise _refuse(name, why, _PACK)


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    path = member.filename
    shown = ascii(path[:_LONGEST])[1:-1]
    parts = path.split("/")
    if len(path) > _LONGEST or not path.isprintable():
        why = Phrase("the member {member} has a name that no file can have", member=shown)
        raise _refuse(name, why, _PACK)
    if path.startswith("/") or "\\" in path or ":" in path or {"", ".", ".."} & set(parts):
        why = Phrase("the member {member} lies outside of the folder", member=shown)
        raise _refuse(name, why, _PACK)
    if stat.S_IFMT(member.external_attr >> 16) not in _ALLOWED:
        raise _refuse(name, Phrase("the member {member} is a link, no file", member=shown), _PACK)
    if member.flag_bits & _ENCRYPTED:
        why = Phrase("the ZIP is protected by a password")
        raise _refuse(name, why, Phrase("remove the password"))


def _check_paths(paths: list[str], name: str) -> None:
    folded = [path.casefold() for path in paths]
    folders = {str(parent) for path in folded for parent in PurePosixPath(path).parents}
    if len(set(folded)) < len(folded) or folders & set(folded):
        raise _refuse(name, Phrase("the ZIP has two members of one name"), _AGAIN)


def _read(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str
) -> Iterator[tuple[str, bytes]]:
    """Read the members; what comes out is counted, too, whatever the directory says."""
    total = 0
    for member in members:
        parts = []
        with archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    most = MAX_UNPACKED >> 20
                    why = Phrase("unpacked, the ZIP has more than {most} MB", most=most)
                    raise _refuse(name, why, _PACK)
                parts.append(chunk)
        content = b"".join(parts)
        if content.startswith(_NESTED):
            why = Phrase("{member} in the ZIP is packed itself", member=member.filename)
            advice = Phrase("hand in a workbook by itself, and folders without archives in them")
            raise _refuse(name, why, advice)
        yield member.filename, content
