"""The published pages that list: the index, the processes with their folders, all documents."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from qmtool.model.outline import headings_of
from qmtool.model.publication import Entry
from qmtool.model.settings import Process
from qmtool.reports.site_facts import Facts, Teller
from qmtool.reports.site_links import LIST, OTHERS, UP, page_of, page_of_past
from qmtool.reports.site_words import families, folders
from qmtool.reports.terminal import safe

INDEX = "index.html"

Page = tuple[str, Callable[[], Facts], object]
"""A template, what gives the facts that it shows, and what those depend on."""


class Lists:
    """The lists of what *teller* tells of; *keys* are those of the pages of single documents."""

    def __init__(self, teller: Teller, keys: Mapping[str, str]) -> None:
        self.teller = teller
        self.keys = keys
        self.publication = teller.publication
        self.by_process: dict[str, list[Entry]] = {}
        for entry in self.publication.entries:
            process = entry.standing.process
            known = process if process in teller.titles else ""
            self.by_process.setdefault(known, []).append(entry)

    def pages(self) -> dict[str, Page]:
        """Return the lists by name."""
        every = [self._key(entries) for _, entries in sorted(self.by_process.items())]
        processes = self.publication.processes
        owners = [self.teller.person(one.owner) for one in processes]
        about = (processes, owners, self.publication.on, every)
        found: dict[str, Page] = {
            INDEX: ("index", self._index, about),
            LIST: ("list", self._all, about),
        }
        for process, owner in zip(processes, owners, strict=True):
            inside = self.by_process.get(process.identifier, [])
            page = ("list", partial(self._process, process), (process, owner, self._key(inside)))
            found[self.teller.links.process(process.identifier)] = page
        others = self.by_process.get("", [])
        if others:
            found[OTHERS] = ("list", self._others, self._key(others))
        return found

    def _key(self, entries: Sequence[Entry]) -> list[object]:
        """Return what the rows of *entries* depend on: a version without a page tells of itself."""
        found: list[object] = []
        for entry in entries:
            if entry.shown:
                found.append((page_of(entry), self.keys[page_of(entry)]))
            for past in entry.past:
                found.append(self.keys.get(page_of_past(past)) or (past, entry.told.title))
        return found

    # The index.

    def _index(self) -> Facts:
        teller = self.teller
        ngettext = teller.language.ngettext
        shown = [one for one in self.publication.entries if one.shown]
        told = sum(1 for one in shown if one.standing.in_force)
        others = len(shown) - told
        counts = [ngettext("{n} document in force", "{n} documents in force", told).format(n=told)]
        if others:
            counts.append(ngettext("{n} record", "{n} records", others).format(n=others))
        return {
            "title": teller.words["title"],
            "day": teller.day(self.publication.on),
            "counts": " · ".join(counts),
            "families": [one for one in self._families() if one["processes"]],
        }

    def _families(self) -> Iterator[Facts]:
        """Yield the families of processes, each with its processes."""
        known = families(self.teller.language)
        for family, title in known.items():
            inside = [
                self._tile(one)
                for one in self.publication.processes
                if (one.type if one.type in known else "") == family
            ]
            yield {"title": title, "processes": inside}
        if self.by_process.get(""):
            yield {"title": self.teller.words["folders"], "processes": [self._tile(None)]}

    def _tile(self, process: Process | None) -> Facts:
        """Return what leads to the page of *process*, or of the documents without any."""
        teller = self.teller
        identifier = process.identifier if process else ""
        inside = [one for one in self.by_process.get(identifier, ()) if one.shown]
        words = teller.language.ngettext("{n} document", "{n} documents", len(inside))
        owner = teller.person(process.owner) if process else ""
        count = words.format(n=len(inside))
        return {
            "href": teller.links.process(identifier),
            "title": teller.titles[identifier] if process else teller.words["others"],
            "meta": " · ".join(filter(None, (count, owner))),
        }

    # The pages of processes.

    def _process(self, process: Process) -> Facts:
        names = self.teller.names
        owner = self.teller.person(process.owner)
        pairs = ((names["code"], safe(process.code)), (names["owner"], owner))
        shown = [(name, value) for name, value in pairs if value]
        inside = self.by_process.get(process.identifier, [])
        return self._folders(self.teller.titles[process.identifier], shown, inside, UP)

    def _others(self) -> Facts:
        return self._folders(self.teller.words["others"], [], self.by_process[""], "")

    def _folders(
        self, title: str, facts: list[tuple[str, str]], entries: Sequence[Entry], root: str
    ) -> Facts:
        """Return the four folders of *entries*; the archives hold what was in force before."""
        known = folders(self.teller.language)
        rows: dict[str, list[Facts]] = {name: [] for name in known}
        for entry in entries:
            if entry.shown:
                category = entry.standing.category
                rows[category if category in rows else "applicable"].append(
                    self.teller.row(entry, root)
                )
            name = safe(entry.told.title)
            rows["archive"] += [self.teller.past_row(one, root, name) for one in entry.past]
        return {
            "crumbs": True,
            "title": title,
            "facts": facts,
            "sections": [{"title": known[name], "rows": inside} for name, inside in rows.items()],
        }

    # All documents.

    def _all(self) -> Facts:
        """Return all documents in force by process, those without one last."""
        titles = [(one.identifier, self.teller.titles[one.identifier]) for one in self._ordered()]
        sections = [
            {"title": title, "rows": [self.teller.row(one, "") for one in inside]}
            for identifier, title in [*titles, ("", self.teller.words["others"])]
            if (inside := [one for one in self.by_process.get(identifier, ()) if one.shown])
        ]
        return {
            "crumbs": True,
            "title": self.teller.words["list"],
            "facts": [(self.teller.words["in_force_on"], self.teller.day(self.publication.on))],
            "sections": sections,
        }

    def _ordered(self) -> list[Process]:
        """Return the processes in the order of the index."""
        known = list(families(self.teller.language))
        return sorted(
            self.publication.processes,
            key=lambda one: known.index(one.type if one.type in known else ""),
        )

    # What is searched.

    def search_data(self) -> bytes:
        """Return the script that gives the list of all documents to the one that searches it."""
        encode = json.JSONEncoder(separators=(",", ":")).encode
        rows = [
            encode(self._searched(one)).replace("<", "\\u003c")
            for one in self.publication.entries
            if one.shown
        ]
        return "window.QM_DOCUMENTS = [\n{}\n];\n".format(",\n".join(rows)).encode()

    def _searched(self, entry: Entry) -> dict[str, str]:
        shown = entry.shown
        assert shown is not None  # the others are not listed
        # Not of the document itself, which would keep them: thousands take much memory.
        headings = headings_of(shown.outline)
        return {
            "href": page_of(entry),
            "code": entry.identifier,
            "title": safe(shown.title),
            "meta": self.teller.meta(entry),
            "kind": self.teller.kind(entry),
            "process": self.teller.titles.get(entry.standing.process, ""),
            "headings": " ".join(map(safe, headings)),
        }
