"""`qm adopt`: an existing Git repository of Markdown becomes a quality system, in one commit.

No byte of a body changes. What the old front matter held goes under `extra:`, as keys where they
can be read and as `extra.raw` where they cannot.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from qmtool.actions import adopt_rules, stamp
from qmtool.actions.adopt_rules import AdoptRules, OldFile
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, is_clean, place_of_work
from qmtool.actions.publish import FileChange, NewTag, Publication, publish
from qmtool.actions.recovery import scratch
from qmtool.actions.release_plan import Order
from qmtool.actions.replace import replace_file
from qmtool.actions.yaml_text import Value, flow, line, row
from qmtool.errors import Refused, UsageError
from qmtool.model import identifier
from qmtool.model.calendar import parse_day
from qmtool.model.kind import Kind
from qmtool.model.label import LANGUAGES
from qmtool.model.settings import DEFAULT_REVIEW_MONTHS, RQ
from qmtool.model.text import Text, say
from qmtool.model.version import FIRST_RELEASE, Version, adopted_version
from qmtool.repository import front_matter, git
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Entry, Repository
from qmtool.repository.library import Library
from qmtool.repository.names import name_faults
from qmtool.repository.parse import Parser
from qmtool.repository.record import unpack_fault
from qmtool.repository.settings_file import FILE as SETTINGS
from qmtool.repository.settings_file import read_settings
from qmtool.repository.sources import BlobSource, read_file
from qmtool.repository.tag_objects import Payload, release_ref
from qmtool.repository.yaml_events import read_yaml

_SPOILT = ("unreadable-file", "missing-front-matter", "unreadable-front-matter", "invalid-value")
MEANING = "adopted"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Adopted:
    """What becomes of one file: a document, in force as a version or a draft without one."""

    path: str
    identifier: str
    title: str
    kind: str
    process: str
    imported: str
    version: Version | None
    dated: str
    approver: str
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Adoption:
    """What an adoption makes of every file; *commit* is empty while it is only proposed."""

    documents: tuple[Adopted, ...]
    undecided: Mapping[str, Text]
    ignored: tuple[str, ...]
    rules: AdoptRules
    commit: str = ""
    left_alone: tuple[str, ...] = ()


@dataclass
class _Run:
    """What both calls share: the repository, the files of the last commit, the library."""

    repo: Repository
    place: Place
    order: Order
    as_drafts: bool
    language: str
    files: dict[str, bytes] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    referentials: tuple[str, ...] = ()

    @cached_property
    def parser(self) -> Parser:
        """Return the parser of the shipped kinds."""
        return Parser(self.kinds)


def adopt(
    repo: Repository, order: Order, *, language: str, as_drafts: bool = False, dry_run: bool = False
) -> Adoption:
    """Propose `adopt.yaml` on the first call, and carry it out on the second.

    With *dry_run*, the second call only says what it would do.
    """
    if language not in LANGUAGES:
        raise UsageError(say("the language {name} is none of fr, en", name=language))
    with nullcontext() if dry_run else writing(repo):
        place = place_of_work(repo)
        if git.tree_entry(repo, place.base, SETTINGS) or (repo.root / SETTINGS).exists():
            raise Refused(say("there is a qm.yaml already: this is a quality system"))
        run = _start(repo, place, order, as_drafts, language)
        written, fault = read_file(str(repo.root), adopt_rules.FILE)
        if written is None and fault is not None and (repo.root / adopt_rules.FILE).exists():
            raise UsageError(say("adopt.yaml: {message}", message=fault.message))
        if written is None:
            rules = _propose(run)
            adoption = _judge(run, rules)
            rules = replace(rules, undecided=tuple(sorted(adoption.undecided)))
            text = adopt_rules.write(rules, adoption.undecided)
            if not dry_run:
                with scratch(repo) as folder:
                    replace_file(repo.root / adopt_rules.FILE, None, text.encode(), via=folder)
            return adoption
        rules = adopt_rules.read(written, DataFiles(Cache("adopt", enabled=False)))
        adoption = _judge(run, rules)
        return adoption if dry_run else _carry_out(run, adoption, written)


def _start(repo: Repository, place: Place, order: Order, as_drafts: bool, language: str) -> _Run:
    """Read the Markdown files of the last commit."""
    source = BlobSource(repo, place.base, place.base)
    library = Library(DataFiles(Cache("adopt", enabled=False)), (), lambda path: b"")
    run = _Run(repo, place, order, as_drafts, language)
    run.kinds, run.referentials = library.kinds, library.referential_ids
    wanted = [
        path
        for path in source.entries
        if path.endswith(".md") and not path.startswith(".") and "/." not in path
    ]
    run.files = {path: data for path, data, _ in source.read(wanted) if data is not None}
    return run


def _propose(run: _Run) -> AdoptRules:
    name, email = git.identity(run.repo)
    person = {"id": "rq1", "name": name, "email": email, "roles": [RQ]}
    looked = (adopt_rules.look_at(path, data) for path, data in run.files.items())
    files = [one for one in looked if isinstance(one, OldFile)]
    return adopt_rules.propose(files, person, run.referentials)


def _judge(run: _Run, rules: AdoptRules) -> Adoption:
    """Return what *rules* make of every file."""
    found: list[Adopted] = []
    undecided: dict[str, Text] = {}
    covered = [path for path in run.files if rules.covers(path)]
    for path in covered:
        judged = _judge_file(run, rules, path)
        if isinstance(judged, Text):
            undecided[path] = judged
        else:
            found.append(judged)
    twice = Counter(one.identifier for one in found)
    for one in found:
        if twice[one.identifier] > 1:
            undecided[one.path] = say("several files have the code {id}", id=one.identifier)
    return Adoption(
        tuple(one for one in found if one.path not in undecided),
        undecided,
        tuple(path for path in run.files if path not in covered),
        rules,
    )


def _judge_file(run: _Run, rules: AdoptRules, path: str) -> Adopted | Text:
    """Return what becomes of the file at *path*, or why that cannot be decided."""
    named = name_faults([path]).get(path)
    if named:
        return named[0].message
    old = adopt_rules.look_at(path, run.files[path])
    if isinstance(old, Text):
        return old
    given = rules.files.get(path, {})
    rule = rules.rule_for(path)
    code = given.get("id") or adopt_rules.leading_code(old.file_name)[1]
    kind = given.get("kind") or (rule.kind if rule else "")
    if not code:
        return say("the file name begins with no code such as PR-001")
    flaw = identifier.flaw(code)
    if flaw:
        return flaw
    if not identifier.names_file(code, old.file_name):
        return say("the file name does not begin with the id {id}", id=code)
    if not kind:
        return say("no rule gives a kind for {id}", id=code)
    if kind not in run.kinds:
        return say("the kind {kind} is not known", kind=kind)
    adopted = _adopted(run, old, given, code, kind, rule.version_keys if rule else ())
    return _unreadable(run, adopted) or adopted


def _unreadable(run: _Run, adopted: Adopted) -> Text | None:
    """Return why the file would not be read once adopted, or None: `qm` reads what it writes."""
    faults = run.parser.parse(adopted.after).get("faults", ())
    spoilt = [one for one in map(unpack_fault, faults) if one.rule in _SPOILT]
    return spoilt[0].message if spoilt else None


def _adopted(
    run: _Run, old: OldFile, given: Mapping[str, str], code: str, kind: str, keys: Iterable[str]
) -> Adopted:
    imported = given.get("version") or next(
        (old.keys[key] for key in keys if adopted_version(old.keys.get(key, ""))), ""
    )
    controlled = run.kinds[kind].controlled and not run.as_drafts
    guesses = adopt_rules.guesses()
    dated = given.get("date") or _first(old, guesses["date_keys"], parse_day)
    approver = given.get("approver") or _first(old, guesses["approver_keys"], str) or UNKNOWN
    words = old.file_name.removesuffix(".md")[len(code) :].strip("-_ .")
    title = given.get("title") or old.title or words.replace("-", " ") or code
    version = adopted_version(imported) if controlled and imported else None
    head: dict[str, Value] = {"id": code, "title": title, "kind": kind}
    if given.get("process"):
        head["process"] = given["process"]
    if run.kinds[kind].controlled and version is None:
        head["status"] = "draft"
    before = run.files[old.path]
    after = _with_front_matter(before, old, head)
    if version is not None:
        effective = parse_day(dated or "") or run.order.on
        record = stamp.Stamp(
            version=version,
            on=run.order.on,
            effective=effective,
            review_months=DEFAULT_REVIEW_MONTHS,
            approver=approver,
            origin=MEANING,
            imported=imported,
            dated=dated or UNKNOWN,
        )
        after = stamp.release(after, record)
    return Adopted(
        old.path,
        code,
        title,
        kind,
        given.get("process", ""),
        imported,
        version,
        dated or UNKNOWN,
        approver,
        before,
        after,
    )


def _first(old: OldFile, keys: Iterable[str], accept: Callable[[str], object]) -> str:
    """Return the first value of *keys* in the old front matter that *accept* takes."""
    return next((old.keys[key] for key in keys if key in old.keys and accept(old.keys[key])), "")


def _with_front_matter(before: bytes, old: OldFile, head: Mapping[str, Value]) -> bytes:
    """Return the file with *head* as its front matter, and what it had before under `extra:`."""
    text = before.decode()
    eol = "\r\n" if "\r\n" in text else "\n"
    lines = ["---", *(line(key, value) for key, value in head.items())]
    body = text
    if old.block is not None:
        closing = old.block.count("\n") + 2
        body = text.split("\n", closing)[closing] if closing <= text.count("\n") else ""
        lines += _extra(old.block)
    return (eol.join([*lines, "---", ""]) + body).encode()


def _extra(block: str) -> list[str]:
    """Return the lines of `extra:` that keep the old front matter *block*."""
    if not block.strip():
        return []
    rows = block.removesuffix("\n").split("\n")
    keys = ["extra:", *(f"  {one}" if one.strip() else one for one in rows)]
    wanted, found = read_yaml(block), read_yaml("\n".join(keys) + "\n")
    readable = isinstance(wanted.data, dict) and not wanted.faults
    if readable and not found.faults and found.data == {"extra": wanted.data}:
        return keys
    raw = ["extra:", "  raw: |2+", *(f"    {one}" if one else one for one in rows)]
    return raw


def _carry_out(run: _Run, adoption: Adoption, rules_text: bytes) -> Adoption:
    """Commit the adoption with its tags, or change nothing."""
    repo, place = run.repo, run.place
    if not adoption.documents:
        raise Refused(
            say("adopt.yaml makes a document of no file; add rules, then type qm adopt again")
        )
    heads = git.tree_entries(repo, place.base)
    _all_clean(run, adoption.documents, heads)
    settings = _settings_text(run, adoption.rules).encode()
    read_settings(settings, DataFiles(Cache("adopt", enabled=False)))
    committed = _blob_at(repo, heads.get(adopt_rules.FILE))
    changes = [
        FileChange(SETTINGS, None, settings),
        FileChange(adopt_rules.FILE, committed, rules_text),
        *(
            FileChange(one.path, one.before, one.after, heads[one.path].mode)
            for one in adoption.documents
        ),
    ]
    publication = Publication(
        branch=place.branch,
        base=place.base,
        changes=changes,
        tags=_tags(run, adoption.documents, adoption.rules, settings),
        message=f"adopt {len(adoption.documents)} documents into a quality system\n",
        who=git.identity(repo),
        when=run.order.when,
    )
    _, published = publish(repo, lambda: (adoption, publication))
    return replace(adoption, commit=published.commit, left_alone=published.left_alone)


def _blob_at(repo: Repository, entry: Entry | None) -> bytes | None:
    return git.read_blob(repo, entry.oid) if entry else None


def _all_clean(run: _Run, documents: Sequence[Adopted], heads: Mapping[str, Entry]) -> None:
    """Raise Refused unless every file to adopt is as the last commit has it."""
    index = git.index_entries(run.repo)
    dirty = [
        one.path
        for one in documents
        if not is_clean(run.repo, one.path, heads[one.path], index.get(one.path), one.before)
    ]
    if dirty:
        raise Refused(
            say(
                "{path} has changes that are not committed ({count} files in all); "
                "commit them, then type qm adopt again",
                path=dirty[0],
                count=len(dirty),
            )
        )


def _settings_text(run: _Run, rules: AdoptRules) -> str:
    """Return the text of the `qm.yaml` of the adopted repository."""
    branch = run.place.branch.removeprefix("refs/heads/")
    lines = [
        "qm: 1",
        line("language", run.language),
        line("release_branch", branch),
        "people:",
        *(f"  - {row(_person(person))}" for person in rules.people),
        f"documents: {flow(rules.documents)}",
        f"ignore: {flow(rules.ignore)}",
        adopt_rules.mapping("markers", rules.markers),
        f"review_months: {DEFAULT_REVIEW_MONTHS}",
    ]
    return "\n".join(lines) + "\n"


def _person(person: Mapping[str, object]) -> dict[str, Value]:
    return {
        key: value if isinstance(value, str) else [str(item) for item in _list(value)]
        for key, value in person.items()
    }


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _tags(
    run: _Run, documents: Sequence[Adopted], rules: AdoptRules, settings: bytes
) -> list[NewTag]:
    """Return the tags of an adoption: one a version in force, and one for the policy."""
    signer = _signer(run, rules)
    tags = [
        _tag(run, signer, one.identifier, str(one.version), one.path, one.after, one.dated)
        for one in documents
        if one.version is not None
    ]
    tags.append(
        _tag(run, signer, identifier.POLICY, str(FIRST_RELEASE), SETTINGS, settings, UNKNOWN)
    )
    return tags


def _signer(run: _Run, rules: AdoptRules) -> tuple[str, str]:
    """Return the id and the name of who adopts, who must be a quality manager of the rules."""
    name, email = git.identity(run.repo)
    for person in rules.people:
        if str(person.get("email", "")).casefold() == email.casefold() and RQ in _list(
            person.get("roles", ())
        ):
            return str(person["id"]), name
    raise Refused(
        say(
            "adopt.yaml: people: you, {email}, are not a quality manager (roles: [rq])", email=email
        )
    )


def _tag(
    run: _Run,
    signer: tuple[str, str],
    document: str,
    version: str,
    path: str,
    after: bytes,
    dated: str,
) -> NewTag:
    on: date = parse_day(dated) or run.order.on

    def message(blobs: Mapping[str, str], commit: str) -> str:
        return Payload(
            format="1",
            document=document,
            version=version,
            origin=MEANING,
            path=path,
            blob=blobs[path],
            digest=front_matter.digest(after.decode().replace("\r\n", "\n")),
            policy=commit,
            signer=signer[0],
            name=signer[1],
            role=RQ,
            meaning=MEANING,
            reason=MEANING,
            effective=on.isoformat(),
            date=run.order.now.isoformat(timespec="seconds"),
        ).write()

    return NewTag(release_ref(document, version), message)
