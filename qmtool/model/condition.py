"""What `qm doctor` looks at: the facts of one clone, and of what surrounds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from qmtool.model.settings import Policy


class Programs(NamedTuple):
    """The programs that qm runs: the version of Git, the oldest that will do, and ssh-keygen."""

    git: tuple[int, ...]
    oldest: tuple[int, int]
    has_ssh_keygen: bool


class Identity(NamedTuple):
    """Who runs Git here; *unable* is the sentence that says why they cannot sign, if they must."""

    name: str
    email: str
    unable: object | None = None


class Branch(NamedTuple):
    """The release branch: whether it exists, what it follows, and how far they are apart.

    *elsewhere* is a remote branch of the same name.
    """

    exists: bool = True
    elsewhere: str = ""
    follows: str = ""
    ahead: int = 0
    behind: int = 0


class Remote(NamedTuple):
    """A remote; what refuses bad pushes is known only of one that is a folder on this machine."""

    name: str
    folder: str = ""
    denies_forced: bool = False
    denies_deleted: bool = False
    has_hook: bool = False


class Clone(NamedTuple):
    """What makes a clone incomplete, or shows other objects than those of the record."""

    shallow: bool = False
    partial: bool = False
    sparse: bool = False
    grafts: str = ""
    replaced: Sequence[str] = ()
    alternates: Sequence[str] = ()


class Tags(NamedTuple):
    """The tags: those that rows of a history lack, those off the branch, and the last by time.

    *unfinished* are the documents whose last version, and no other, has no tag and never had one
    here: it was proposed and merged, or its tag was not fetched.
    """

    missing: Sequence[str] = ()
    outside: Sequence[str] = ()
    last: str = ""
    last_at: datetime | None = None
    unfinished: Sequence[str] = ()


class Guards(NamedTuple):
    """What keeps mistakes out, as far as files can tell.

    *hooks_path* is set by a person; *vetoes* is a hook that may refuse a release; *checks* says
    whether a commit is checked before: `hook`, `config` (set up and not installed) or nothing.
    """

    hooks_path: str = ""
    vetoes: str = ""
    checks: str = ""
    ci: str = ""
    owners: str = ""


class Lock(NamedTuple):
    """A lock of Git that stands there, and since how many seconds."""

    path: str
    age: float


class Leftovers(NamedTuple):
    """What interrupted programs left, and the cache folder if it cannot be written."""

    pending: str = ""
    locks: Sequence[Lock] = ()
    unwritable_cache: str = ""


@dataclass(frozen=True)
class Condition:
    """The facts, at one moment; without a *policy*, *broken* says why, unless there is no file."""

    now: datetime
    programs: Programs
    identity: Identity
    policy: Policy | None = None
    broken: Sequence[object] = ()
    branch: Branch = Branch()
    remotes: Sequence[Remote] = ()
    clone: Clone = Clone()
    tags: Tags = Tags()
    guards: Guards = Guards()
    leftovers: Leftovers = Leftovers()
