"""Finds the repository around a folder, the version of Git, and how both are set up."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from qmtool.errors import NoRepository, RepositoryError
from qmtool.model.text import Text, say
from qmtool.repository.git.process import Repository, attempt, call, find_program, run_once

MINIMUM = (2, 36)


def discover(folder: Path) -> Repository:
    """Return the repository whose work tree holds *folder*."""
    git = _executable(_work_tree_around(folder))
    done = call(
        git,
        folder,
        [
            "rev-parse",
            "--path-format=absolute",
            "--is-bare-repository",
            "--is-shallow-repository",
            "--show-object-format",
            "--git-dir",
            "--git-common-dir",
            "--show-toplevel",
        ],
    )
    words = done.stderr.decode(errors="replace")
    lines = os.fsdecode(done.stdout).split("\n")
    if done.returncode or lines[0] not in ("true", "false"):
        is_none = "not a git repository" in words
        error = NoRepository if is_none else RepositoryError
        raise error(_why_not(git, folder, words, lines))
    if lines[0] == "true":
        raise RepositoryError(_bare())
    root = Path(lines[5])
    git = _executable(os.path.realpath(root))
    return Repository(root, Path(lines[3]), Path(lines[4]), lines[2], lines[1] == "true", git)


def _executable(inside: str) -> str:
    """Return the absolute path of Git, never one from a relative folder or one below *inside*."""
    found = find_program("git", inside)
    if found is None:
        raise RepositoryError(
            say("git is not installed: qm needs git {version} or later", version="2.36")
        )
    return found


def _work_tree_around(folder: Path) -> str:
    """Return the nearest folder from *folder* upward that holds a `.git`, empty without one.

    Git is not asked: a program of the repository could answer under its name.
    """
    real = folder.resolve()
    around = (one for one in (real, *real.parents) if os.path.lexists(one / ".git"))
    return os.fspath(next(around, ""))


def discover_receiving(folder: Path) -> Repository:
    """Return the repository at *folder*, mostly a bare one, that a hook of it runs in.

    A push stands aside until it is accepted: Git says in the environment where.
    """
    git = _executable(_work_tree_around(folder) or os.path.realpath(folder))
    given = {key: os.environ[key] for key in _QUARANTINE if key in os.environ}
    told = {**given, "GIT_DIR": os.environ.get("GIT_DIR", ".")}
    asked = ("--absolute-git-dir", "--is-shallow-repository", "--show-object-format")
    done = call(git, folder, ["rev-parse", *asked], extra=told)
    lines = os.fsdecode(done.stdout).split("\n")
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().split("\n")[0]
        raise RepositoryError(say("this is no hook of a repository: {words}", words=words))
    place = Path(lines[0])
    told["GIT_DIR"] = lines[0]
    return Repository(place, place, place, lines[2], lines[1] == "true", git, environment=told)


_QUARANTINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")


def _bare() -> object:
    return say("this is a bare repository; run qm inside a work tree (git clone it first)")


def _why_not(git: str, folder: Path, words: str, lines: Sequence[str]) -> object:
    """Return the sentence for a folder in which Git finds no work tree."""
    if "dubious ownership" in words:
        command = next(
            (line.strip() for line in words.splitlines() if "safe.directory" in line), ""
        )
        return say(
            "git does not trust the owner of this repository; if you do, type: {command}",
            command=command,
        )
    if lines[0] == "true" or "must be run in a work tree" in words or "bare" in words:
        return _bare()
    if "not a git repository" in words:
        return say(
            "{folder} is not in a Git repository; run qm inside one, or make one with: git init",
            folder=folder,
        )
    return too_old(git) or say(
        "git cannot read this repository: {words}", words=words.strip().split("\n")[0]
    )


def refuse_shallow(repo: Repository) -> None:
    """Raise RepositoryError if *repo* lacks the beginning of its history."""
    if repo.shallow:
        raise RepositoryError(
            say(
                "this clone holds only the end of the history (a shallow clone). Type: git fetch "
                "--unshallow --tags; in a CI service, ask for all of it (fetch-depth: 0 on GitHub "
                "and Forgejo, GIT_DEPTH: 0 on GitLab)"
            )
        )


def too_old(git: str) -> Text | None:
    """Return what to say of a program *git* that is older than qm needs, None if it is not."""
    version = exact_version(git)
    if not version or version >= MINIMUM:
        return None
    return say(
        "git {found} is too old: qm needs git {wanted} or later",
        found=".".join(map(str, version[:2])),
        wanted=".".join(map(str, MINIMUM)),
    )


def exact_version(git: str) -> tuple[int, ...]:
    """Return the version of the program *git* with all its parts, empty if it tells none."""
    words = call(git, Path("/"), ["version"]).stdout.decode(errors="replace")
    found = re.search(r"[0-9]+(\.[0-9]+)+", words)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def config(repo: Repository, key: str) -> str:
    """Return the configured value of *key*, empty if there is none."""
    section, _, rest = key.partition(".")
    subsection, dot, name = rest.rpartition(".")
    return settings(repo).get(f"{section.lower()}.{subsection}{dot}{name.lower()}", "")


def settings(repo: Repository) -> dict[str, str]:
    """Return every setting of Git that people made; of several values, the one that counts."""
    listed = run_once(repo, "config", "--list", "-z", "--show-scope")
    found = listed.decode(errors="replace").split("\0")
    pairs = (
        pair.partition("\n")
        for scope, pair in zip(found[::2], found[1::2], strict=False)
        if scope != "command"
    )
    return {key: value for key, _, value in pairs}


def setting_in(repo: Repository, file: Path, key: str) -> bool:
    """Return whether *key* is true in the configuration *file*, without what that includes."""
    arguments = ("config", "--file", str(file), "--no-includes", "--type=bool", "--get", key)
    return attempt(repo, *arguments).stdout.strip() == b"true"


def identity(repo: Repository) -> tuple[str, str]:
    """Return the name and the email of the person who runs Git here: `user.name`, `user.email`."""
    name, email = config(repo, "user.name"), config(repo, "user.email")
    if not name or not email or "\n" in name + email:
        raise RepositoryError(
            say(
                'git does not know who you are; type: git config user.name "…" '
                'and: git config user.email "…"'
            )
        )
    return name, email


def head_branch(repo: Repository) -> str | None:
    """Return the full name of the branch that HEAD is attached to, or None if detached."""
    done = attempt(repo, "symbolic-ref", "--quiet", "HEAD")
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None


def state_in_progress(repo: Repository) -> str:
    """Return the name of the operation in progress that blocks a release, empty if none."""
    marks = {
        "MERGE_HEAD": "merge",
        "CHERRY_PICK_HEAD": "cherry-pick",
        "REVERT_HEAD": "revert",
        "BISECT_LOG": "bisect",
        "rebase-merge": "rebase",
        "rebase-apply": "rebase",
    }
    return next((word for mark, word in marks.items() if (repo.git_dir / mark).exists()), "")
