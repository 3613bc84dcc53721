"""Find the submissions in a folder or a zip, whatever it is called and however it is nested, without unpacking anything.

A name inside an archive is only ever compared, never written to, so `../../x` can reach nothing; such members are left
out and told. The student is a part of the path: `{id}` in a pattern. Whatever lies at the top is a student's, so that
nobody is forgotten whose file cannot be found or read; and no more than the chosen file is read.
"""

from __future__ import annotations

import functools
import io
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kdl.errors import KdlError, NotFound, UsageProblem
from kdl.grade.inspect import MAX_BYTES, plain_bytes

MAX_FILES = 20_000
MAX_ARCHIVE = 64 * 2**20
MAX_NESTED = 3
# Of one student, in archives: Python files and archives, and what must be unpacked to see them.
STUDENT_FILES, STUDENT_BYTES = 200, 16 * 2**20
NO_FILE = "no Python file found"
# Tried in this order for each student; the first that finds exactly one file is taken.
PATTERNS = ("{id}.py", "{id}/submission.py", "{id}/**/submission.py", "{id}/**/*.py")
_TooLarge = zipfile.LargeZipFile
_BROKEN = (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)


@dataclass(frozen=True)
class Found:
    """One student's file. `raw` is None, and `wrong` says why, where there is none that can be judged."""

    student: str
    path: str
    raw: bytes | None = None
    wrong: str | None = None


@dataclass(frozen=True)
class _File:
    """A Python file that was found, below a top-level entry; `read` gives its bytes or raises."""

    path: PurePosixPath
    entry: str
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """The path as patterns see it."""
        return str(self.path.with_suffix(self.path.suffix.lower()))


@dataclass
class _Walk:
    """What was seen on the way: every top-level entry, with the first thing that was wrong below it, and the notes."""

    place: Path
    skip: Path | None
    files_each: int
    bytes_each: int
    notes: list[str] = field(default_factory=list)
    entries: dict[str, str | None] = field(default_factory=dict)
    files_left: dict[str, int] = field(default_factory=dict)
    bytes_left: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def inside(self, path: Path) -> PurePosixPath:
        return PurePosixPath(_text(path.relative_to(self.place).as_posix()))

    def seen(self, entry: str) -> None:
        if entry:
            self.entries.setdefault(entry, None)

    def note(self, entry: str, text: str) -> None:
        self.notes.append(text)
        if entry and self.entries.get(entry) is None:
            self.entries[entry] = text


def submissions(place: Path, pattern: str | None = None, skip: Path | None = None) -> tuple[list[Found], list[str]]:
    """Each student's file, sorted by student, and what was left out on the way.

    Args:
        place: a folder, or a zip.
        pattern: where the file is, below `place`: `{id}` for the student, `*` for any part of a name, `**/` for any
            folders; archives count as folders of their name. None for the usual places.
        skip: a folder that is not looked into.

    Raises:
        NotFound: there is no such place. UsageProblem: the pattern does not name the student.
    """
    if pattern is not None and pattern.count("{id}") != 1:
        raise UsageProblem(f"The pattern {pattern!r} does not say where the student is.", fix="Write {id} in it, once.")
    if not place.exists():
        raise NotFound("folder", str(place), (), fix="Give the folder, or the zip, that holds the submissions.")
    # With a pattern an archive may hold a whole class.
    walk = _Walk(place, skip, *((MAX_FILES, MAX_ARCHIVE) if pattern else (STUDENT_FILES, STUDENT_BYTES)))
    files = list(_files(walk))
    found = _named(files, pattern) if pattern else _usual(files, walk)
    return sorted(found, key=lambda one: (one.student.casefold(), one.student)), walk.notes


def _named(files: list[_File], pattern: str) -> list[Found]:
    rule, students = _rule(pattern), {}
    for file in files:
        if match := rule.fullmatch(file.name):
            students.setdefault(match["id"], []).append(file)
    return [_chosen(student, many) for student, many in students.items()]


def _usual(files: list[_File], walk: _Walk) -> list[Found]:
    """Two entries of one student, as `ann.py` and a folder `ann`, are two submissions."""
    students: dict[str, dict[str, list[_File]]] = {}
    for entry in walk.entries:
        students.setdefault(_student(walk.place, entry), {})[entry] = []
    for file in files:
        students[_student(walk.place, file.entry)][file.entry].append(file)
    found = []
    for student, entries in students.items():
        rules = [_rule(pattern, student) for pattern in PATTERNS]
        chosen: list[_File] = []
        for many in entries.values():
            choices = ([file for file in many if rule.fullmatch(file.name)] for rule in rules)
            chosen += next((one for one in choices if one), many)
        wrong = next((walk.entries[entry] for entry in entries if walk.entries[entry]), None)
        over = next((walk.entries[entry] for entry in entries if walk.files_left.get(entry, 1) < 0), None)
        if over or not chosen:
            found.append(Found(student, min(entries).rstrip("/"), wrong=over or wrong or NO_FILE))
        else:
            found.append(_chosen(student, chosen))
    return found


def _student(place: Path, entry: str) -> str:
    """A folder's name as it is, a file's without its ending."""
    return entry.rstrip("/") if entry.endswith("/") or (place / entry).is_dir() else PurePosixPath(entry).stem


def _chosen(student: str, files: list[_File]) -> Found:
    first, *others = sorted(files, key=lambda file: str(file.path))
    if others:
        listed = ", ".join(str(file.path) for file in (first, *others[:3]))
        return Found(student, str(first.path), wrong=f"{len(files)} files could be meant: {listed}")
    try:
        return Found(student, str(first.path), first.read())
    except KdlError as error:
        return Found(student, str(first.path), wrong=error.what)
    except _TooLarge:
        return Found(student, str(first.path), wrong=f"{first.path} is larger than {MAX_BYTES >> 20} MiB.")
    except _BROKEN as error:
        return Found(student, str(first.path), wrong=f"{first.path} cannot be read from its archive: {error}")


def _rule(pattern: str, student: str | None = None) -> re.Pattern:
    parts = {r"\{id\}": r"(?P<id>[^/]+?)" if student is None else re.escape(student)}
    parts |= {r"\*\*/": r"(?:[^/]+/)*", r"\*": r"[^/]*"}
    text = re.escape(pattern)
    for written, meant in parts.items():
        text = text.replace(written, meant)
    return re.compile(text)


# ---- walking ---------------------------------------------------------------------------------------------------------


def _files(walk: _Walk) -> Iterator[_File]:
    place = walk.place
    if place.is_file():
        yield from _unzipped(walk, functools.partial(open, place, "rb"), PurePosixPath(), "", 1)
        return

    def unreadable(error: OSError) -> None:
        inside = walk.inside(Path(error.filename))
        walk.note(inside.parts[0] if inside.parts else "", f"{inside}: this folder cannot be read: {error.strerror}")

    for folder, names, files in os.walk(place, onerror=unreadable):
        names[:] = sorted(name for name in names if not _hidden(name) and Path(folder, name) != walk.skip)
        for name in names:
            inside = walk.inside(Path(folder, name))
            walk.seen(inside.parts[0])
            if Path(folder, name).is_symlink():
                walk.note(inside.parts[0], f"{inside}: a link to a folder was left out")
        for name in sorted(name for name in files if not _hidden(name)):
            yield from _file(walk, Path(folder, name))


def _file(walk: _Walk, path: Path) -> Iterator[_File]:
    inside = walk.inside(path)
    entry = inside.parts[0]
    walk.seen(entry)
    walk.count += 1
    if walk.count > MAX_FILES:
        raise UsageProblem(f"{walk.place} holds more than {MAX_FILES:,} files.", fix="Give the folder of one assignment.")
    if path.suffix.lower() == ".py":
        yield _File(inside, entry, lambda: _plain(path, inside))
    elif path.suffix.lower() == ".zip":
        if path.is_symlink() or not path.is_file():
            walk.note(entry, f"{inside}: a link or device was left out")
        else:
            yield from _unzipped(walk, functools.partial(open, path, "rb"), inside.with_suffix(""), entry, 1)


def _plain(path: Path, inside: PurePosixPath) -> bytes:
    try:
        return plain_bytes(path)
    except KdlError as error:
        raise UsageProblem(error.what.replace(str(path), str(inside))) from error


def _unzipped(walk: _Walk, opened: Callable, inside: PurePosixPath, entry: str, depth: int) -> Iterator[_File]:
    """The files of an archive, as if it were a folder.

    Args:
        entry: the top-level entry that it belongs to; "" where its own members are these.
    """
    try:
        with opened() as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except _TooLarge:
        walk.note(entry, f"{inside}: this archive is larger than what one may unpack to, and was left out")
        return
    except _BROKEN as error:
        walk.note(entry, f"{inside}: this archive cannot be read: {error}")
        return
    if len(members) > MAX_FILES:
        walk.note(entry, f"{inside}: an archive of {len(members):,} files was left out")
        members = []
    for member in sorted(members, key=lambda member: member.filename):
        yield from _member(walk, opened, member, inside, entry, depth)


def _member(walk: _Walk, opened: Callable, member, inside: PurePosixPath, entry: str, depth: int) -> Iterator[_File]:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if not name.parts or any(_hidden(part) for part in name.parts if part != ".."):
        return
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
        walk.note(entry, f"{inside}: the member {member.filename!r} points outside and was left out")
        return
    if not entry:
        entry = name.parts[0] + ("/" if member.is_dir() or len(name.parts) > 1 else "")
        walk.seen(entry)
    path, suffix = inside / name, name.suffix.lower()
    if member.is_dir():
        return
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        walk.note(entry, f"{path}: a link or device in an archive was left out")
        return
    if suffix not in (".py", ".zip"):
        return
    if member.flag_bits & 1 or (suffix == ".zip" and depth >= MAX_NESTED):
        walk.note(entry, f"{path}: {'it is encrypted' if member.flag_bits & 1 else 'archives are nested too deeply'}")
        return
    left = walk.files_left[entry] = walk.files_left.get(entry, walk.files_each) - 1
    if left < 0:
        if left == -1:
            walk.note(entry, f"{entry}: more than {walk.files_each:,} Python files and archives; the rest was left out")
    elif suffix == ".py":
        yield _File(path, entry, lambda: _bytes(opened, member, MAX_BYTES))
    else:
        room = walk.bytes_left.setdefault(entry, walk.bytes_each)
        walk.bytes_left[entry] -= min(member.file_size, room)
        yield from _unzipped(
            walk,
            lambda: io.BytesIO(_bytes(opened, member, min(room, member.file_size))),
            path.with_suffix(""),
            entry,
            depth + 1,
        )


def _bytes(opened: Callable, member, limit: int) -> bytes:
    """The content of a member.

    Raises:
        _TooLarge: it has more bytes than `limit`, or says so.
    """
    if member.file_size <= limit:
        with opened() as file, zipfile.ZipFile(file) as archive, archive.open(member) as stream:
            raw = stream.read(limit + 1)  # the header may lie about the size
        if len(raw) <= limit:
            return raw
    raise _TooLarge


def _text(name: str) -> str:
    """A file name whose bytes are not UTF-8 with those bytes spelled out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "__pycache__")
