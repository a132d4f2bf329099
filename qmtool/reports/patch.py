"""What would change in a file, as a unified diff that `git apply` takes."""

from collections.abc import Iterator, Sequence, Set
from difflib import SequenceMatcher

from qmtool.model.project import Project
from qmtool.model.veil import shown_path, tells_too_much, veiled
from qmtool.reports.terminal import safe, visible
from qmtool.rules.confidential import IDENTITY

CONTEXT = 3

_NO_END = "\\ No newline at end of file"
_Block = tuple[str, int, int, int, int]


def patch(path: str, before: bytes, after: bytes, project: Project) -> str:
    """Return what changes in the file at *path* of *project* from *before* to *after*.

    Lines that tell who a patient is are veiled; all others are exact, but for characters that a
    terminal would obey.
    """
    old, new = _lines(before), _lines(after)
    hidden = _confidential(path, project)
    name = safe(shown_path(path))
    end = "\t\n" if " " in name else "\n"  # which tells Git that the blank is part of the name
    parts = [f"--- a/{name}{end}", f"+++ b/{name}{end}"]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for blocks in matcher.get_grouped_opcodes(CONTEXT):
        parts.append(_head(blocks))
        parts += _hunk(blocks, old, new, hidden)
    return "".join(parts)


def _lines(data: bytes) -> list[str]:
    """Return the lines of *data* with their ends; only a line feed ends one."""
    *lines, last = data.decode().split("\n")
    return [*(f"{line}\n" for line in lines), *filter(None, [last])]


def _head(blocks: Sequence[_Block]) -> str:
    """Return the line that says which lines follow."""
    first, last = blocks[0], blocks[-1]
    return f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"


def _range(start: int, end: int) -> str:
    count = end - start
    return f"{start + bool(count)},{count}"


def _hunk(
    blocks: Sequence[_Block], old: Sequence[str], new: Sequence[str], hidden: Set[int]
) -> Iterator[str]:
    """Yield the lines of one run of changes; the 0-based lines of *old* in *hidden* are veiled."""
    for tag, i1, i2, j1, j2 in blocks:
        is_hidden = [n in hidden or tells_too_much(old[n]) for n in range(i1, i2)]
        for line, veil in zip(old[i1:i2], is_hidden, strict=True):
            yield _line(" " if tag == "equal" else "-", line, veil)
        for line in new[j1:j2] if tag != "equal" else ():
            yield _line("+", line, any(is_hidden) or tells_too_much(line))


def _line(mark: str, line: str, veil: bool) -> str:
    """Return one line of a patch."""
    content = line.removesuffix("\n")
    end = "\r" if content.endswith("\r") else ""
    content = content.removesuffix("\r")
    if veil:
        content = veiled(content)
    elif not content.isprintable():
        content = "\t".join(map(visible, content.split("\t")))
    ending = "\n" if line.endswith("\n") else f"\n{_NO_END}\n"
    return f"{mark}{content}{end}{ending}"


def _confidential(path: str, project: Project) -> Set[int]:
    """Return the lines, from 0, in which reading found what tells who somebody is."""
    document = project.by_path.get(path)
    if document is None:
        return frozenset()
    found = {one.line - 1 for one in document.faults if one.rule in IDENTITY}
    return found | {one.line - 1 for one in document.health}
