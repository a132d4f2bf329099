"""What the commands share: their options, the clock, and how they read and write."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from qmtool.errors import Refused, UsageError
from qmtool.model.calendar import parse_day
from qmtool.model.identifier import POLICY
from qmtool.model.text import Text, listing, say
from qmtool.reports.language import Language, terminal_language
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.repository.git import Repository
    from qmtool.repository.library import Library
    from qmtool.repository.load import Snapshot

_ = terminal_language().gettext

Form = TypeVar("Form", bound=str | bytes)

OnOption = Annotated[
    str, typer.Option("--on", metavar="YYYY-MM-DD", help=_("Judge as of this day; default: today."))
]
AtOption = Annotated[
    str, typer.Option("--at", metavar="REV", help=_("Read this commit, branch or tag."))
]
CacheOption = Annotated[
    bool, typer.Option("--cache/--no-cache", help=_("Use what was parsed before."))
]
OutputOption = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help=_("Write to this file."))
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help=_("Show what would be done, and change nothing."))
]

EXTENSIONS = {"md": "markdown", "txt": "text", "xml": "junit"}
FORMATTED = (
    *("json", "markdown", "html", "csv", "xlsx", "pdf", "svg", "ics"),
    *("doc", "docx", "odt", "xls", "ods", "sarif", "junit"),
)
"""What an extension asks for: a file of that name never holds plain text."""


def repository() -> "Repository":
    """Return the repository that holds the working directory."""
    from qmtool.repository import git

    return git.discover(Path.cwd())


def repository_if_any() -> "Repository | None":
    """Return the repository that holds the working directory, None where there is none."""
    from qmtool.errors import NoRepository

    try:
        return repository()
    except NoRepository:
        return None


def snapshot(
    repo: "Repository",
    *,
    on: str,
    at: str = "",
    staged: bool = False,
    use_cache: bool = True,
    referentials: tuple[str, ...] = (),
    in_force: bool = False,
    crosswalks: bool = False,
) -> "Snapshot":
    """Return the snapshot that the options of a reading command name."""
    from qmtool.repository.load import load
    from qmtool.repository.sources import open_source

    tell_pending(repo)
    source = open_source(repo, at or None, staged=staged)
    return load(
        repo,
        source,
        on=day(on),
        use_cache=use_cache,
        referentials=referentials,
        in_force=in_force,
        crosswalks=crosswalks,
    )


def tell_pending(repo: "Repository") -> None:
    """Print a line if a command that wrote was interrupted, or is at work at this moment."""
    from qmtool.repository.pending import pending_title

    title = pending_title(repo)
    if title:
        tell(
            say(
                "{title}: this is not finished; the next command that writes finishes or undoes it",
                title=title,
            )
        )


def referentials(*, on: str = "", at: str = "", use_cache: bool = True) -> "tuple[Library, date]":
    """Return the referentials known here, and the day to judge them on.

    Outside of a repository, those shipped with `qm`.
    """
    from qmtool.repository.load import library_of, shipped_library
    from qmtool.repository.sources import open_source

    repo = repository() if at else repository_if_any()
    if repo is None:
        return shipped_library(use_cache=use_cache), day(on)
    return library_of(open_source(repo, at or None), use_cache=use_cache), day(on)


def day(text: str) -> date:
    """Return the day an option names, today by default; only the command line reads the clock."""
    if not text:
        return now().date()
    found = parse_day(text)
    if found is None:
        raise UsageError(say("{value} is not a day; write it as 2026-03-02", value=text))
    return found


def now() -> datetime:
    """Return the present moment, with the offset of this machine."""
    return datetime.now().astimezone()


def choose_format(chosen: str, output: str, formats: dict[str, Callable[..., object]]) -> str:
    """Return the format that `--format`, else the extension of the output file, asks for."""
    extension = Path(output).suffix.lstrip(".").lower()
    extension = EXTENSIONS.get(extension, extension)
    name = chosen or (extension if extension in (*formats, *FORMATTED) else "text")
    name = EXTENSIONS.get(name, name)
    if name not in formats:
        from qmtool.model.advice import nearest

        known = listing(formats)
        advice = nearest(name, list(formats))
        if advice is None:
            raise UsageError(
                say("the format {name} is none of {choices}", name=name, choices=known)
            )
        raise UsageError(
            say(
                "the format {name} is none of {choices}. {advice}",
                name=name,
                choices=known,
                advice=advice,
            )
        )
    return name


def with_own_pages(
    formats: "Mapping[str, Callable[..., Form]]", library: "Library"
) -> "Mapping[str, Callable[..., Form]]":
    """Return *formats*, whose page is drawn with the template of the centre, where it has one."""
    if "html" not in formats:
        return formats
    from qmtool.actions.own_pages import drawn_with

    return {**formats, "html": partial(formats["html"], draw=drawn_with(library))}


def emit(content: str | bytes, output: str = "") -> None:
    """Print *content*, or write it to the file *output*: whole, or not at all."""
    data = content if isinstance(content, bytes) else content.encode(errors="backslashreplace")
    if not output or output == "-":
        is_text = not data.startswith(_BINARY)
        if not is_text and sys.stdout.isatty():
            raise UsageError(say("this format is no text for a terminal; write it with -o FILE"))
        sys.stdout.flush()
        sys.stdout.buffer.write(_for_terminal(data) if is_text else data)
        sys.stdout.buffer.flush()
        return
    target = Path(output)
    may_write(target)
    from qmtool.actions.replace import write_file
    from qmtool.errors import RepositoryError

    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a pipe or a device is written to, never replaced
        else:
            write_file(target, data)
    except OSError as error:
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=output, error=error.strerror)
        ) from error


def may_write(target: Path) -> None:
    """Raise UsageError unless a report may be written to *target*."""
    from qmtool.actions.site_folder import refuse_links

    if target.is_symlink() or target.is_dir() or ".git" in target.resolve().parts:
        raise UsageError(say("{path} is not a file that qm may write", path=target))
    refuse_links(_in_work_tree(target))
    if not target.parent.is_dir():
        raise UsageError(say("{path}: there is no such folder", path=target.parent))
    from qmtool.errors import RepositoryError
    from qmtool.repository import git

    try:
        repo = git.discover(Path.cwd())
    except RepositoryError:
        return
    real = target.resolve()
    if real.is_relative_to(repo.root) and git.index_entry(
        repo, real.relative_to(repo.root).as_posix()
    ):
        raise UsageError(
            say("{path} is a file of the repository; choose another name", path=target)
        )


def _in_work_tree(target: Path) -> Sequence[Path]:
    """Return the folders above *target*, up to the first that is the top of a work tree.

    A link among them may come with the documents; one above, such as a home, is the user's own.
    Without a work tree there is none to fear.
    """
    parents = Path(os.path.abspath(target)).parents  # noqa: PTH100 - `resolve` follows links
    tops = (n for n, one in enumerate(parents) if os.path.lexists(one / ".git"))
    return parents[: next(tops, 0)]


def tell_not_ignored(repo: "Repository", written: Path) -> None:
    """Say so if Git would add what was *written* for others, a file or a folder, to a commit."""
    from qmtool.repository import git

    real = written.resolve()
    if not real.is_relative_to(repo.root):
        return
    path = real.relative_to(repo.root).as_posix()
    if any(one == path or one.startswith(f"{path}/") for one in git.untracked(repo)):
        tell(
            say(
                "{path} lies among the documents, where Git would add it to a commit: move it "
                "elsewhere, or add the line /{path} to .gitignore",
                path=path,
            )
        )


_BINARY = (b"%PDF-", b"PK\x03\x04")
"""How a PDF, and a workbook or an archive begin: what no terminal can show."""


def _for_terminal(data: bytes) -> bytes:
    """Return UTF-8 *data* in the encoding of the terminal, with what it lacks replaced."""
    encoding = (sys.stdout.encoding or "utf-8").lower()
    if encoding in ("utf-8", "utf8"):
        return data
    text = data.decode(errors="replace")
    for sign, plain in _PLAIN.items():
        if sign in text and not _encodes(sign, encoding):
            text = text.replace(sign, plain)
    return text.encode(encoding, errors="replace")


_PLAIN = {
    **{"\u202f": "\u00a0", "█": "#", "▒": "+", "░": ".", "─": "-"},
    **dict(zip("▁▂▃▄▅▆▇", "_.-=+*%", strict=True)),
}
"""Signs that a terminal may lack, and what stands in for each: a blank, the parts of a bar."""


def _encodes(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def tell(text: Text | str) -> None:
    """Print a line about the run on stderr."""
    line = terminal_language().render(text)
    sys.stderr.write(safe(line) + "\n")


def note_without_settings(report: "Snapshot") -> list[Text]:
    """Return the note that a repository without `qm.yaml` gets."""
    if report.project.settings.present:
        return []
    return [
        say(
            "there is no qm.yaml: this is not a quality system of qm yet. Every Markdown file was "
            "taken for a document, and only the rules that need no settings ran. To take over the "
            "documents that are here, type: qm adopt; to begin a new system: qm init"
        )
    ]


def language() -> Language:
    """Return the language of the terminal."""
    return terminal_language()


def file_language(present: "Snapshot") -> Language:
    """Return the language of files: that of `qm.yaml`."""
    from qmtool.reports.language import language_of

    return language_of(present.project.settings.language)


def spoken(output: str) -> Language:
    """Return the language of what is printed, or of the file *output*: that of `qm.yaml`."""
    repo = repository_if_any() if output else None
    if repo is None:
        return language()
    from qmtool.reports.language import language_of
    from qmtool.repository.load import settings_of
    from qmtool.repository.sources import WorkTree

    return language_of(settings_of(WorkTree(repo)).language)


def is_interactive() -> bool:
    """Return whether a person can be asked something."""
    return sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("CI") != "true"


def named(repo: "Repository", text: str) -> str:
    """Return *text*, what a person typed for a document, with a path counted from the top."""
    if text == POLICY:
        raise UsageError(
            say(
                "POLICY is what qm.yaml says of people and approvals: edit qm.yaml, commit, then "
                "type: qm release POLICY"
            )
        )
    path = Path.cwd() / text
    if "/" in text or path.is_file():
        real = path.parent.resolve() / path.name
        if real.is_relative_to(repo.root):
            return real.relative_to(repo.root).as_posix()
    return text


def in_turn(names: Sequence[str], action: Callable[[str], object]) -> int:
    """Run *action* on each of *names*, and return the exit code of the first that is refused.

    A refusal is told, once if it is the same for several, and the others go on; what concerns all
    of them ends the run. The last line says which are left.
    """
    code = 0
    left = []
    told = set()
    for name in names:
        try:
            action(name)
        except (Refused, UsageError) as error:
            lines = "".join(f"qm: {safe(language().render(one))}\n" for one in error.sentences)
            if lines not in told:
                sys.stderr.write(lines)
            told.add(lines)
            left.append(name)
            code = code or error.exit_code
    if left and len(names) > 1:
        count = f"{len(left)}/{len(names)}"
        tell(say("not done ({count}): {documents}", count=count, documents=listing(left)))
    return code


def tell_to_share(repo: "Repository", tags: Sequence[str], *, branch: bool = True) -> None:
    """Say what to type so that *tags*, and the *branch* with them, reach the others.

    A rejected push must lose the branch and the tags together, hence `--atomic`. Nothing is said
    where there is no remote.
    """
    from qmtool.actions.preflight import upstream_of
    from qmtool.repository import git

    name = (git.head_branch(repo) or "").removeprefix("refs/heads/")
    upstream = upstream_of(repo, name) if name else ""
    if not upstream and git.config(repo, "remote.origin.url"):
        upstream = "refs/remotes/origin/"
    if not upstream or not tags:
        return
    remote = upstream.removeprefix("refs/remotes/").partition("/")[0]
    refs = ["--atomic", remote, name, *tags] if branch else [remote, *tags]
    tell(say("For everybody, type: git push {refs}", refs=" ".join(refs)))
