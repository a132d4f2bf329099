"""The files of values beside documents, as a source holds them."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from qmtool.model.diagnostic import Fault, Location, Problem
from qmtool.model.digits import pieces_of
from qmtool.model.document import Document
from qmtool.model.indicators import announced, file_of, keeps_series
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.series import RULE, Series, parse_series
from qmtool.model.text import say
from qmtool.repository.sources import Source


def read_series(source: Source, documents: Iterable[Document]) -> dict[str, Series]:
    """Return the series of *documents*, by the paths of these; none without a file."""
    files = {file_of(one): one for one in documents}
    present = [path for path in files if path in source.entries]
    found = {}
    for path, data, fault in source.read(present):
        document = files[path]
        if data is None:
            message, fix = (
                (fault.message, fault.fix) if fault else (say("the file cannot be read"), None)
            )
            found[document.path] = Series((), (Fault(RULE, 1, 1, message, fix),))
        else:
            found[document.path] = _searched(data, _parsed(data, announced(document)))
    return found


def _searched(data: bytes, series: Series) -> Series:
    """Return *series* with the faults of what tells who a patient is in its *data*."""
    pieces = list(pieces_of(data))
    if not pieces:
        return series
    from qmtool.repository.identity_faults import identity_faults  # costly, and few need it

    return replace(series, faults=(*series.faults, *identity_faults(data, pieces)))


def _parsed(data: bytes, every: str) -> Series:
    try:
        return parse_series(data.decode("utf-8"), every)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = say("the file is not in {encoding}", encoding="UTF-8")
        return Series((), (Fault(RULE, line, 1, message, say("Save it as CSV UTF-8.")),))


def all_series(source: Source, project: Project) -> dict[str, Series]:
    """Return every series of *project*, by the paths of the documents."""
    return read_series(source, keeps_series(project))


def with_documents(paths: Iterable[str], known: Container[str]) -> set[str]:
    """Return *paths*, and those of the *known* documents whose values are among them."""
    wanted = set(paths)
    owners = {f"{one.removesuffix('.csv')}.md" for one in wanted if one.endswith(".csv")}
    return wanted | {one for one in owners if one in known}


def kept_series(
    source: Source, documents: Iterable[Document], kinds: Mapping[str, Kind]
) -> dict[str, Series]:
    """Return the series of those of *documents* whose kind keeps one, by their paths."""
    names = {name for name, kind in kinds.items() if kind.series}
    return read_series(source, [one for one in documents if one.kind in names])


def series_problems(
    documents: Iterable[Document], found: Mapping[str, Series]
) -> Mapping[str, tuple[Problem, ...]]:
    """Return what is wrong with the series *found* of *documents*, by the rules that tell it."""
    problems: dict[str, tuple[Problem, ...]] = {}
    for one in documents if found else ():
        for fault in found[one.path].faults if one.path in found else ():
            place = Location(file_of(one), fault.line, fault.column)
            message = say("{document}: {message}", document=one.name, message=fault.message)
            problem = Problem(place, message, fault.fix)
            problems[fault.rule] = (*problems.get(fault.rule, ()), problem)
    return problems


def measured(
    documents: Sequence[Document], found: Mapping[str, Series], on: date
) -> Sequence[Document]:
    """Return *documents*, each with the end of the last period over *on* that has a value."""
    return [_measured(one, found[one.path], on) if one.path in found else one for one in documents]


def _measured(document: Document, series: Series, on: date) -> Document:
    ends = [one.slot.last for one in series.told if one.slot.last <= on]
    return replace(document, measured=max(ends)) if ends else document
