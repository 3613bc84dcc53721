"""Read what a Python file says of itself, without importing it.

A content file opens with a docstring whose first paragraph is a header of `key: value` lines. A line that starts with
white space continues the value above it. Listing a hundred models this way costs milliseconds; importing them costs
Keras.
"""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path

from kdl.errors import BadContent

_FIELD = re.compile(r"^([a-z][a-z0-9_-]*):\s*(.*)$")
_BEFORE_DOCSTRING = {tokenize.ENCODING, tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE}


def docstring(path: Path) -> tuple[str, int]:
    """The module docstring of `path` and the line on which its text starts.

    Raises:
        BadContent: no docstring, or a file that cannot be tokenised.
    """
    try:
        with tokenize.open(path) as file:
            for token in tokenize.generate_tokens(file.readline):
                if token.type == tokenize.STRING:
                    text = ast.literal_eval(token.string)
                    if isinstance(text, str):
                        return text, token.start[0]
                    break
                if token.type not in _BEFORE_DOCSTRING:
                    break
    except (SyntaxError, tokenize.TokenError, UnicodeDecodeError, ValueError) as error:
        raise BadContent(path, getattr(error, "lineno", None) or 1, f"cannot be read as Python: {error}") from error
    raise BadContent(path, 1, "has no module docstring, so no header")


def read(path: Path, required: tuple[str, ...] = ()) -> dict[str, str]:
    """The header of `path` as a dictionary of strings.

    Args:
        path: a Python file.
        required: keys that must be present and not empty.

    Raises:
        BadContent: with file and line, for a missing header, a line that is no field, a repeated or a missing key.
    """
    text, start = docstring(path)
    lead = len(text) - len(text.lstrip("\n"))
    fields: dict[str, str] = {}
    key = None
    for number, line in enumerate(text.lstrip("\n").split("\n"), start + lead):
        if not line.strip():
            break
        if line[0] in " \t" and key:
            fields[key] += " " + line.strip()
            continue
        match = _FIELD.match(line)
        if not match:
            raise BadContent(path, number, f"header line is not `key: value`: {line.strip()!r}")
        key = match[1]
        if key in fields:
            raise BadContent(path, number, f"header gives {key!r} twice")
        fields[key] = match[2].strip()
    missing = [name for name in required if not fields.get(name)]
    if missing:
        raise BadContent(path, start, f"header lacks {', '.join(missing)}")
    return fields


def body(path: Path) -> str:
    """The docstring below the header: the explanation a reader sees in `kdl model show`."""
    text = docstring(path)[0].lstrip("\n")
    return text.partition("\n\n")[2].strip("\n")


def line(text: str, key: str, naming: str = "", start: int = 1) -> int:
    """The number of the line of a file that opens with `key`; `start` where none does.

    Args:
        text: of a Python, TOML, JSON or Markdown file.
        key: of a header, a table or an object; brackets, quotes and white space before it do not count.
        naming: a name; wanted is then the first line, from that of the key on, in which it stands.
        start: the line from which the search begins.
    """
    opens = re.compile(rf'[\s\["]*{re.escape(key)}["\s]*[]:=.]')
    names = re.compile(rf"(?<![\w-]){re.escape(naming)}(?![\w-])")
    lines = list(enumerate(text.splitlines(), 1))[start - 1 :]
    at = next((number for number, line in lines if opens.match(line)), start)
    return next((number for number, line in lines if number >= at and names.search(line)), at) if naming else at


def line_of(error: ValueError) -> int:
    """The line that `tomllib` names in an error; 1 where it names none."""
    match = re.search(r"at line (\d+)", str(error))
    return int(match[1]) if match else 1


def words(value: str) -> tuple[str, ...]:
    """`"a, b"` -> `("a", "b")`."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def assigned(path: Path, name: str) -> ast.expr | None:
    """The expression that a module assigns to `name` at top level, unevaluated; None where it assigns none."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        raise BadContent(path, getattr(error, "lineno", None) or 1, f"cannot be read as Python: {error}") from error
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node.value
    return None
