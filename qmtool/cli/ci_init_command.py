"""`qm ci init`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool import __version__
from qmtool.cli.common import DryRunOption, _, emit, language, repository, tell

if TYPE_CHECKING:
    from pathlib import Path

    from qmtool.actions.ci_files import File
    from qmtool.repository.git import Repository

HELP = _("Write what lets a CI service, a Git server, this clone or VS Code run qm.")
EXAMPLE = _("Example: qm ci init github")

INSTALLED = f"qmtool=={__version__}"
TARGETS = ("github", "gitlab", "forgejo", "hook", "editor")


def command(
    target_: Annotated[str, typer.Argument(metavar="TARGET", help=", ".join(TARGETS))],
    install: Annotated[
        str,
        typer.Option("--install", metavar="SPEC", help=_("What pip installs; default: this qm.")),
    ] = INSTALLED,
    server: Annotated[
        bool, typer.Option("--server", help=_("With hook: print the hook for the server."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Replace what is there."))] = False,
    dry_run: DryRunOption = False,
) -> int:
    """Write the files of a target."""
    from qmtool.actions import ci_files
    from qmtool.model.text import say

    target = ci_files.known(target_, TARGETS)
    if server:
        return _print_server_hook(target)
    if target == "hook":
        top, files = _hook(dry_run=dry_run)
    else:
        repo = repository()
        top = repo.root
        files = _editor(repo) if target == "editor" else [_workflow(repo, target, install)]
    if dry_run:
        _print(files, top)
        return 0
    left = ci_files.settled(files, top, force=force)
    ci_files.write(left)
    _tell_written(left, top)
    if left and target in ci_files.WORKFLOWS:
        tell(say("the workflow installs {spec}; --install names another source", spec=install))
    return 0


def _workflow(repo: "Repository", service: str, install: str) -> "File":
    from qmtool.actions.ci_files import workflow
    from qmtool.repository.load import settings_of
    from qmtool.repository.sources import WorkTree

    return workflow(repo, service, settings_of(WorkTree(repo)).policy.release_branch, install)


def _hook(*, dry_run: bool) -> "tuple[Path, list[File]]":
    """Return the hook for the repository here: of a server if it is bare, else of a clone."""
    from qmtool.actions import ci_files
    from qmtool.errors import NoRepository, RepositoryError

    try:
        repo = repository()
    except NoRepository:
        raise
    except RepositoryError:
        bare = _bare()
        if bare is None:
            raise
        return bare.common_dir, [ci_files.server_hook(bare, _program(), unused=dry_run)]
    return repo.common_dir, [ci_files.clone_hook(repo, _program(), unused=dry_run)]


def _bare() -> "Repository | None":
    """Return the bare repository whose folder this is, None if it is none."""
    from pathlib import Path

    from qmtool.errors import RepositoryError
    from qmtool.repository import git

    try:
        repo = git.discover_receiving(Path.cwd())
    except RepositoryError:
        return None
    return repo if git.config(repo, "core.bare") == "true" else None


def _print_server_hook(target: str) -> int:
    from qmtool.actions.ci_files import server_hook_text
    from qmtool.errors import UsageError
    from qmtool.model.text import say

    if target != "hook":
        raise UsageError(say("--server goes with hook only"))
    emit(server_hook_text(_program()))
    return 0


def _program() -> str:
    """Return where this qm is, for a hook that may run without the paths of a person."""
    import shutil
    import sys
    from pathlib import Path

    found = shutil.which(sys.argv[0]) or shutil.which("qm")
    return str(Path(found).absolute()) if found else "qm"


def _editor(repo: "Repository") -> "list[File]":
    """Return the files of VS Code; where one cannot be completed, print what it should hold."""
    import json

    from qmtool.actions.editor_files import editor_files, wanted_settings
    from qmtool.errors import Refused
    from qmtool.repository.load import library_of, settings_of
    from qmtool.repository.sources import WorkTree
    from qmtool.rules import ALL_RULES

    source = WorkTree(repo)
    library = library_of(source)
    try:
        names = [rule.name for rule in ALL_RULES]
        return editor_files(repo.root, library, settings_of(source), names)
    except Refused:
        emit(json.dumps(wanted_settings(library), indent=2) + "\n")
        raise


def _print(files: "list[File]", top: "Path") -> None:
    """Print the text of one file, or of several with their names."""
    for file in files:
        if len(files) > 1:
            emit(f"--- {file.path.relative_to(top).as_posix()}\n")
        emit(file.text)


def _tell_written(files: "list[File]", top: "Path") -> None:
    from qmtool.model.text import say

    speak = language()
    for file in files:
        path = file.path.relative_to(top).as_posix()
        emit(speak.render(say("Wrote {path}.", path=path)) + "\n")
    if not files:
        emit(speak.render(say("Everything is there already.")) + "\n")
