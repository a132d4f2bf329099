"""`qm dossier`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    OnOption,
    _,
    emit,
    file_language,
    now,
    repository,
    tell,
    tell_not_ignored,
)
from qmtool.cli.filters import SiteOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmtool.model.dossier import Dossier
    from qmtool.model.master_list import MasterList
    from qmtool.model.project import Project
    from qmtool.model.referential import Referential
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot

HELP = _("Write the audit file of a referential: audits, evidence in force, lists and digests.")
EXAMPLE = _("Example: qm dossier iso-9001-2015 --on 2027-01-15 -o audit.zip")

EXIT_BROKEN = 6


def command(
    referential: Annotated[str, typer.Argument(metavar="REF", help=_("Id of a referential."))],
    site: SiteOption = "",
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR|FILE.zip",
            help=_("Write to this folder or archive; default: an archive here, named after REF."),
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="REV", help=_("Read this commit, branch or tag; default: the last one.")
        ),
    ] = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Write the audit file of a referential."""
    from qmtool.actions.own_pages import drawn_with
    from qmtool.cli.common import snapshot
    from qmtool.cli.filters import refuse_unknown_site
    from qmtool.cli.gap_command import refuse_unjudged
    from qmtool.reports.dossier import dossier_files
    from qmtool.reports.dossier_links import plain_name
    from qmtool.rules.telling import without_titles

    repo = repository()
    _refuse_target(repo, output)
    found = snapshot(
        repo,
        on=on,
        at=at or "HEAD",
        use_cache=cache,
        referentials=(referential,),
        in_force=True,
        crosswalks=True,
    )
    found.library.known(referential)
    found = replace(found, project=without_titles(found.project))
    project = found.project
    refuse_unjudged(project.referentials[referential])
    refuse_unknown_site(project.settings, site)
    dossier = _dossier(repo, found, project.referentials[referential], site, use_cache=cache)
    files = dossier_files(dossier, file_language(found), drawn_with(found.library))
    name = plain_name(f"dossier-{referential}-{project.on}")
    target = output or f"{name}.zip"
    _write(repo, target, files, name)
    _tell_written(repo, target, dossier, files)
    if not at:
        _tell_uncommitted(repo, project, use_cache=cache)
    return 0 if dossier.verdict.is_sound else EXIT_BROKEN


def _refuse_target(repo: "Repository", output: str) -> None:
    """Raise UsageError if nothing may be written to *output*: before the long work, not after."""
    from qmtool.actions.site_folder import open_folder
    from qmtool.cli.common import FORMATTED, may_write
    from qmtool.errors import UsageError
    from qmtool.model.text import say

    extension = Path(output).suffix.lower().lstrip(".")
    if extension in FORMATTED or output == "-":
        raise UsageError(
            say("{path}: an audit file is a folder, or an archive named .zip", path=output)
        )
    if extension == "zip":
        may_write(Path(output))
    elif output:
        if Path(output).resolve() in (repo.root.resolve(), *repo.root.resolve().parents):
            raise UsageError(
                say(
                    "{path} holds other things: name a folder for the audit file alone", path=output
                )
            )
        open_folder(Path(output), repo)


def _dossier(
    repo: "Repository",
    found: "Snapshot",
    referential: "Referential",
    site: str,
    *,
    use_cache: bool,
) -> "Dossier":
    """Return everything that the audit file holds, read and verified."""
    from qmtool.model.dossier import Dossier, audits, needed
    from qmtool.model.gap import gap
    from qmtool.model.people import names_of
    from qmtool.reports.dossier_links import images_of, led_to
    from qmtool.repository.copies import copies
    from qmtool.repository.verification.run import Order, verify
    from qmtool.rules.telling import withheld

    project, commit = found.project, found.source.commit or ""
    judged = gap(project, referential, site=site or None)
    audited = audits(project, judged, led_to)
    moment = int(now().timestamp())
    return Dossier(
        gap=judged,
        commit=commit,
        copies=withheld(project, copies(repo, found, needed(project, judged, audited), images_of)),
        audits=audited,
        master=_master_list(project, commit, site),
        verdict=verify(repo, Order(moment, at=commit, use_cache=use_cache)),
        processes=project.settings.processes,
        names=names_of(project),
        kinds={name: kind.label for name, kind in project.kinds.items()},
        commits={key: tag.target for key, tag in found.releases.tags.items()},
        devices=[
            name
            for one in project.settings.sites
            if site in ("", one.identifier)
            for name in one.devices
        ],
    )


def _master_list(project: "Project", commit: str, site: str) -> "MasterList":
    """Return what is in force on the day, at *site* if one is named."""
    from qmtool.model.master_list import MasterList, Wanted, chosen
    from qmtool.model.people import names_of, process_names
    from qmtool.model.standing import standings

    wanted = Wanted(site=site, applicable=True)
    return MasterList(
        chosen(standings(project), wanted, project.on, "id"),
        project.on,
        at=project.at,
        commit=commit,
        centre=project.settings.organisation,
        is_applicable=True,
        people=names_of(project),
        processes=process_names(project),
        kinds={name: kind.label for name, kind in project.kinds.items()},
    )


def _write(repo: "Repository", target: str, files: "Mapping[str, bytes]", name: str) -> None:
    """Write *files* to the archive or the folder *target*."""
    if target.lower().endswith(".zip"):
        from qmtool.reports.dossier import zipped

        emit(zipped(files, name), target)
    else:
        from qmtool.actions.site_folder import write_folder

        write_folder(Path(target), files, repo)


def _tell_written(
    repo: "Repository", target: str, dossier: "Dossier", files: "Mapping[str, bytes]"
) -> None:
    """Say what was written, what was left out of it, and whether the history holds."""
    from qmtool.model.text import listing, say

    if dossier.withheld:
        tell(
            say(
                "left out, because they tell who somebody is: {documents}; qm check says where",
                documents=listing(dossier.withheld),
            )
        )
    tell_not_ignored(repo, Path(target))

    tell(
        say(
            "{path}: {files} files, {copies} controlled copies, commit {commit}",
            path=target,
            files=len(files),
            copies=len(dossier.copies),
            commit=dossier.commit[:10],
        )
    )
    if not dossier.verdict.is_sound:
        tell(
            say(
                "the history does not hold ({n}): the audit file says so on its first page; type "
                "qm verify",
                n=len(dossier.verdict.violations),
            )
        )


def _tell_uncommitted(repo: "Repository", project: "Project", *, use_cache: bool) -> None:
    """Say which documents are otherwise on disk than in the commit that *project* was read from."""
    from qmtool.model.text import say
    from qmtool.repository.load import load
    from qmtool.repository.sources import WorkTree

    present = load(repo, WorkTree(repo), on=project.on, use_cache=use_cache).project.by_path
    committed = project.by_path
    paths = sorted({*present, *committed})
    changed = [path for path in paths if present.get(path) != committed.get(path)]
    if changed:
        tell(
            say(
                "not committed: {path} ({n} in all); the audit file is of the last commit",
                path=changed[0],
                n=len(changed),
            )
        )
