"""Find the submissions in a folder or a zip, whatever it is called and however it is nested, without unpacking anything.

A name inside an archive is only ever compared, never written to, so `../../x` can reach nothing; such members are left
out and told. The student is a part of the path: `{id}` in a pattern.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kdl.errors import KdlError, NotFound, UsageProblem
from kdl.grade.inspect import MAX_BYTES, plain_bytes

MAX_FILES = 20_000
MAX_ARCHIVE = 64 * 2**20
MAX_NESTED = 3
# Tried in this order for each student; the first that finds exactly one file is taken.
PATTERNS = ("{id}.py", "{id}/submission.py", "{id}/**/submission.py", "{id}/**/*.py")


@dataclass(frozen=True)
class Found:
    """One student's file. `raw` is None, and `wrong` says why, where there is none that can be judged."""

    student: str
    path: str
    raw: bytes | None = None
    wrong: str | None = None


@dataclass(frozen=True)
class _File:
    """A file that was found; `raw` is None where it is not a plain file of a sensible size, as `wrong` says."""

    path: PurePosixPath
    raw: bytes | None
    wrong: str | None = None


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
    notes: list[str] = []
    files = [file for file in _files(place, skip, notes) if file.path.suffix == ".py"]
    found = _named(files, pattern) if pattern else _usual(files)
    return sorted(found, key=lambda one: (one.student.casefold(), one.student)), notes


def _named(files: list[_File], pattern: str) -> list[Found]:
    rule, students = _rule(pattern), {}
    for file in files:
        if match := rule.fullmatch(str(file.path)):
            students.setdefault(match["id"], []).append(file)
    return [_chosen(student, many) for student, many in students.items()]


def _usual(files: list[_File]) -> list[Found]:
    students: dict[str, list[_File]] = {}
    for file in files:
        first = file.path.parts[0]
        students.setdefault(first.removesuffix(".py") if len(file.path.parts) == 1 else first, []).append(file)
    found = []
    for student, many in students.items():
        rules = [_rule(pattern, student) for pattern in PATTERNS]
        choices = ([file for file in many if rule.fullmatch(str(file.path))] for rule in rules)
        found.append(_chosen(student, next((one for one in choices if one), many)))
    return found


def _chosen(student: str, files: list[_File]) -> Found:
    first, *others = sorted(files, key=lambda file: str(file.path))
    if others:
        listed = ", ".join(str(file.path) for file in sorted(files, key=lambda file: str(file.path))[:4])
        return Found(student, str(first.path), wrong=f"{len(files)} files could be meant: {listed}")
    return Found(student, str(first.path), first.raw, first.wrong)


def _rule(pattern: str, student: str | None = None) -> re.Pattern:
    parts = {r"\{id\}": r"(?P<id>[^/]+?)" if student is None else re.escape(student)}
    parts |= {r"\*\*/": r"(?:[^/]+/)*", r"\*": r"[^/]*"}
    text = re.escape(pattern)
    for written, meant in parts.items():
        text = text.replace(written, meant)
    return re.compile(text)


# ---- walking ---------------------------------------------------------------------------------------------------------


def _files(place: Path, skip: Path | None, notes: list[str]) -> Iterator[_File]:
    if place.is_file():
        with open(place, "rb") as file:
            yield from _unzipped(file, PurePosixPath(), notes, 1)
        return
    count = 0
    for folder, names, files in os.walk(place):
        names[:] = sorted(name for name in names if not _hidden(name) and Path(folder, name) != skip)
        for name in sorted(files):
            path = Path(folder, name)
            inside = PurePosixPath(_text(path.relative_to(place).as_posix()))
            if _hidden(name):
                continue
            if (count := count + 1) > MAX_FILES:
                raise UsageProblem(f"{place} holds more than {MAX_FILES:,} files.", fix="Give the folder of one assignment.")
            if path.suffix.lower() == ".zip" and path.is_file() and not path.is_symlink():
                with open(path, "rb") as file:
                    yield from _unzipped(file, inside.with_suffix(""), notes, 1)
            elif path.suffix == ".py":
                yield _plain(path, inside)


def _plain(path: Path, inside: PurePosixPath) -> _File:
    try:
        return _File(inside, plain_bytes(path))
    except KdlError as error:
        return _File(inside, None, error.what.replace(str(path), str(inside)))


def _unzipped(file, inside: PurePosixPath, notes: list[str], depth: int) -> Iterator[_File]:
    """The files of an archive, as if it were a folder."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MAX_FILES:
                notes.append(f"{inside}: an archive of {len(members):,} files was left out")
                return
            for member in sorted(members, key=lambda member: member.filename):
                yield from _member(archive, member, inside, notes, depth)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        notes.append(f"{inside}: this archive cannot be read: {error}")


def _member(archive, member, inside: PurePosixPath, notes: list[str], depth: int) -> Iterator[_File]:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if member.is_dir() or any(_hidden(part) for part in name.parts if part != ".."):
        return
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
        notes.append(f"{inside}: the member {member.filename!r} points outside and was left out")
        return
    path = inside / name
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        notes.append(f"{path}: a link or device in an archive was left out")
        return
    nested = name.suffix.lower() == ".zip"
    if not nested and name.suffix != ".py":
        return
    limit = MAX_ARCHIVE if nested else MAX_BYTES
    if member.flag_bits & 1 or (nested and depth >= MAX_NESTED):
        notes.append(f"{path}: {'it is encrypted' if member.flag_bits & 1 else 'archives are nested too deeply'}")
        return
    raw = None
    if member.file_size <= limit:
        with contextlib.closing(archive.open(member)) as stream:
            raw = stream.read(limit + 1)  # the header may lie about the size
    if raw is None or len(raw) > limit:
        if nested:
            notes.append(f"{path}: this archive is larger than {limit >> 20} MiB and was left out")
        else:
            yield _File(path, None, f"{path} is larger than {limit >> 20} MiB.")
    elif nested:
        yield from _unzipped(io.BytesIO(raw), path.with_suffix(""), notes, depth + 1)
    else:
        yield _File(path, raw)


def _text(name: str) -> str:
    """A file name whose bytes are not UTF-8 with those bytes spelled out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "__pycache__")
