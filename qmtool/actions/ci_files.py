"""`qm ci init`: the files that let a CI service, a server or a clone run `qm check`."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qmtool.actions.render import render
from qmtool.actions.replace import replace_file
from qmtool.errors import Refused, RepositoryError, UsageError
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.resources import shipped

WORKFLOWS: Mapping[str, tuple[str, str]] = {
    "github": ("github.yml.j2", ".github/workflows/qm.yml"),
    "gitlab": ("gitlab.yml.j2", ".gitlab-ci.yml"),
    "forgejo": ("forgejo.yml.j2", ".forgejo/workflows/qm.yml"),
}
HOOKS_PATH = "core.hooksPath"

_INSTALLABLE = re.compile(r"[\w.:/@+=~<>!,\[\] -]{1,300}", re.ASCII)
_BRANCH = re.compile(r"[\w./#+-]{1,200}")


@dataclass(frozen=True)
class File:
    """A file to write: where, its text, and what stands there now, if that may be replaced."""

    path: Path
    text: str
    mode: int = 0o644
    before: bytes | None = None


def workflow(repo: Repository, service: str, branch: str, install: str) -> File:
    """Return the workflow of a *service*; it installs what pip calls *install*."""
    if not _INSTALLABLE.fullmatch(install) or install.startswith("-"):
        raise UsageError(say("--install {value} is nothing that pip installs", value=install))
    if not _BRANCH.fullmatch(branch):
        raise UsageError(
            say(
                "qm.yaml: the release_branch {name} has letters that no workflow can name",
                name=branch,
            )
        )
    template, path = WORKFLOWS[service]
    return File(repo.root / path, _rendered(template, {"branch": branch, "install": install}))


def clone_hook(repo: Repository, program: str, *, unused: bool) -> File:
    """Return the hook that checks before each commit of this clone, by *program*."""
    text = _rendered("pre-commit.j2", {"qm": shlex.quote(program)})
    return _hook(repo, "pre-commit", text, unused=unused)


def server_hook(repo: Repository, program: str, *, unused: bool) -> File:
    """Return the hook that checks what this bare repository receives, by *program*."""
    return _hook(repo, "pre-receive", server_hook_text(program), unused=unused)


def server_hook_text(program: str) -> str:
    """Return the text of the hook that checks what a server receives."""
    return _rendered("pre-receive.j2", {"qm": shlex.quote(program)})


def _hook(repo: Repository, name: str, text: str, *, unused: bool) -> File:
    """Return the hook called *name*; unless it stays *unused*, refuse if Git would not find it."""
    elsewhere = git.config(repo, HOOKS_PATH)
    if elsewhere and not unused:
        raise Refused(
            say(
                "Git takes its hooks from {path} ({key}), which may serve other repositories too; "
                "--dry-run prints the hook, to be put there",
                path=elsewhere,
                key=HOOKS_PATH,
            )
        )
    return File(repo.common_dir / "hooks" / name, text, 0o755)


def _rendered(template: str, values: Mapping[str, str]) -> str:
    source = (shipped("templates") / "_ci" / template).read_text(encoding="utf-8")
    return render(source, f"_ci/{template}", values)


def settled(files: Iterable[File], top: Path, *, force: bool) -> list[File]:
    """Return those of *files* that are still to be written below the folder *top*.

    Raise Refused where another text stands already, unless *force*, or where a link leads away.
    """
    left = []
    for file in files:
        _refuse_links(file.path, top)
        now = file.path.read_bytes() if file.path.is_file() else None
        if now == file.text.encode():
            continue
        if now is not None and now != file.before and not force:
            raise Refused(
                say(
                    "{path} is there already; look at it, then add --force to replace it",
                    path=_shown(file.path, top),
                )
            )
        left.append(File(file.path, file.text, file.mode, now))
    return left


def write(files: Iterable[File]) -> None:
    """Write *files*; what stood there meanwhile is never lost."""
    for file in files:
        replace_file(file.path, file.before, file.text.encode())
        file.path.chmod(file.mode)


def _refuse_links(path: Path, top: Path) -> None:
    """Raise Refused if *path* or a folder of it below *top* is a link, or no place for a file."""
    below = path.relative_to(top)
    for part in (top / one for one in (*reversed(below.parents), below)):
        if part != top and (
            part.is_symlink() or (part != path and part.exists() and not part.is_dir())
        ):
            raise Refused(
                say(
                    "{path} is not a folder but a link or a file; move it away",
                    path=_shown(part, top),
                )
            )
    if path.is_dir():
        raise RepositoryError(say("{path} is not a file that qm may write", path=_shown(path, top)))


def _shown(path: Path, top: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(top))


def known(target: str, targets: Iterable[str]) -> str:
    """Return *target* if it is one of *targets*; else raise UsageError."""
    names = list(targets)
    if target not in names:
        raise UsageError(say("{name} is none of {choices}", name=target, choices=listing(names)))
    return target
