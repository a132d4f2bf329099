"""`qm init`: the `qm.yaml` of a new quality system."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from qmtool.actions.replace import replace_file
from qmtool.actions.yaml_text import flow, line, row, scalar
from qmtool.errors import Refused, UsageError
from qmtool.model.label import LANGUAGES
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository
from qmtool.repository.library import Library, read_shipped
from qmtool.repository.settings_file import FILE, read_settings


@dataclass(frozen=True)
class Answers:
    """What `qm init` asks, or takes from its options."""

    organisation: str
    language: str
    referentials: Sequence[str] = field(default_factory=tuple)
    name: str = ""
    email: str = ""


def known_referentials() -> tuple[str, ...]:
    """Return the ids of the shipped referentials."""
    library = Library(DataFiles(Cache("init", enabled=False)), (), lambda path: b"")
    return library.referential_ids


def refuse_twice(repo: Repository) -> None:
    """Raise Refused if there is a `qm.yaml` already."""
    if (repo.root / FILE).exists():
        raise Refused(say("there is a qm.yaml already; edit it"))


def init(repo: Repository, answers: Answers, *, dry_run: bool = False) -> str:
    """Write `qm.yaml` and return its text."""
    refuse_twice(repo)
    unknown = [name for name in answers.referentials if name not in known_referentials()]
    if unknown:
        raise UsageError(
            say(
                "no referential is called {name}; known: {choices}",
                name=unknown[0],
                choices=listing(known_referentials()),
            )
        )
    if answers.language not in LANGUAGES:
        raise UsageError(say("the language {name} is none of fr, en", name=answers.language))
    text = settings_text(repo, answers)
    read_settings(text.encode(), DataFiles(Cache("init", enabled=False)))
    if not dry_run:
        replace_file(repo.root / FILE, None, text.encode())
    return text


def settings_text(repo: Repository, answers: Answers) -> str:
    """Return the text of a `qm.yaml` with those *answers*."""
    branch = (git.head_branch(repo) or "refs/heads/main").removeprefix("refs/heads/")
    person = {"id": "rq1", "name": answers.name, "email": answers.email, "roles": ["rq"]}
    processes = read_shipped("templates", "_init/processes.yaml")[answers.language]
    rows = [row({**one, "owner": "rq1"}) for one in processes]
    organisation = [f"organisation: {{name: {scalar(answers.organisation)}}}"]
    lines = [
        "qm: 1",
        line("language", answers.language),
        line("release_branch", branch),
        *(organisation if answers.organisation else []),
        "people:",
        f"  - {row(person)}",
        "processes:",
        *(f"  - {one}" for one in rows),
        f"adopts: {flow(answers.referentials)}",
        "review_months: 24",
    ]
    return "\n".join(lines) + "\n"
