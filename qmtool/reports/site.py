"""The published pages: plain HTML for a shared drive, working from a file and without a script.

Every page stands for itself: what changes with each publication, its day and its commit, is in one
small file of style, so that the other pages are made again only when they say something else.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, Protocol

from qmtool import __version__
from qmtool.model.piece import Piece
from qmtool.model.publication import Entry, Past, Publication
from qmtool.reports.language import Language
from qmtool.reports.markdown_html import body_html
from qmtool.reports.sandbox import sandbox
from qmtool.reports.site_facts import Facts, Teller
from qmtool.reports.site_links import UP, Links, page_of, page_of_past, past_href
from qmtool.reports.site_lists import Lists
from qmtool.reports.terminal import safe
from qmtool.resources import shipped

ENGINE = "minisearch-7.2.0.js"
"""MiniSearch, as npm publishes it (`dist/umd/index.js`, MIT); its licence goes with it."""

SCRIPTS = (ENGINE, "documents.js", "search.js")
COMMIT = 10
"""How many characters of the id of a commit are shown."""

_KEY = 32
_ASSETS = ("style.css", "search.js", ENGINE, ENGINE.replace(".js", ".LICENSE.txt"))


class Texts(Protocol):
    """What reads the texts and the files that are published; keys stand for their bytes."""

    @property
    def known(self) -> frozenset[tuple[str, str]]:
        """Return the released versions whose text is there, by id and version."""
        ...

    def body(self, entry: Entry) -> str:
        """Return the Markdown of a document in force."""
        ...

    def past_key(self, past: Past) -> str:
        """Return the key of the text of an earlier version."""
        ...

    def past(self, past: Past) -> tuple[str, str] | None:
        """Return title and Markdown of an earlier version, None if they may not be shown."""
        ...

    def file_key(self, entry: Entry, path: str) -> str:
        """Return the key of a file that *entry* shows."""
        ...

    def file(self, entry: Entry, path: str) -> bytes:
        """Return the bytes of a file that *entry* shows."""
        ...


class Site:
    """The pages of *publication* in *language*, their texts read by *texts*."""

    def __init__(
        self, publication: Publication, language: Language, links: Links, texts: Texts
    ) -> None:
        self.publication = publication
        self.language = language
        self.links = links
        self.texts = texts
        self.teller = Teller(publication, language, links, texts.known)
        folder = shipped("templates") / "_publish"
        self.shipped = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        words = (self.teller.words, self.teller.names, self.teller.states)
        made_by = (__version__, self.shipped, language.code, publication.centre, words)
        self.salt = hashlib.sha256(repr(made_by).encode()).hexdigest()
        self._templates: dict[str, Any] = {}

    def key(self, *parts: object) -> str:
        """Return the key of a page that is made of *parts*."""
        told = f"{self.salt}{parts!r}".encode(errors="backslashreplace")
        return hashlib.sha256(told).hexdigest()[:_KEY]

    def pieces(self) -> dict[str, Piece]:
        """Return all files of the site by name; a page is made when it is asked for."""
        found = dict(chain(self._documents(), self._past()))
        lists = Lists(self.teller, {name: one.key for name, one in found.items()})
        for name, (template, facts, about) in lists.pages().items():
            make = partial(self._list, template, facts, name)
            found[name] = Piece(make, self.key(name, about))
        told = [found[page_of(one)].key for one in self.publication.entries if one.shown]
        found["assets/documents.js"] = Piece(lists.search_data, self.key("documents.js", told))
        for name in _ASSETS:
            found[f"assets/{name}"] = Piece(partial(bytes, self.shipped[name]), self.key(name))
        found["assets/publication.css"] = Piece(self._about)
        return found

    def _about(self) -> bytes:
        """Return the style that says on every page what it was published from, and when."""
        day, commit = self.language.day(self.publication.on), self.publication.at[:COMMIT]
        shown = ((".published", day), (".commit", commit))
        return "".join(f'{name}::after {{ content: "{text}"; }}\n' for name, text in shown).encode()

    # The pages of documents and versions.

    def _documents(self) -> Iterator[tuple[str, Piece]]:
        """Yield the pages of the documents in force, and the files beside them."""
        for entry in self.publication.entries:
            shown = entry.shown
            if shown is None:
                continue
            places = self.links.places(shown)
            files = self.links.files_of(entry, places)
            hrefs = self.links.hrefs(places, files)
            key = self.key(self.teller.document(entry, files), shown.digest, hrefs)
            yield page_of(entry), Piece(partial(self._document, entry), key)
            for path, name in files.items():
                yield (
                    name,
                    Piece(partial(self.texts.file, entry, path), self.texts.file_key(entry, path)),
                )

    def _document(self, entry: Entry) -> bytes:
        assert entry.shown is not None  # else there is no such page
        places = self.links.places(entry.shown)
        files = self.links.files_of(entry, places)
        facts = self.teller.document(entry, files)
        hrefs = self.links.hrefs(places, files)
        facts["body"] = body_html(self.texts.body(entry), hrefs.get)
        return self._page("document", "document", facts)

    def _past(self) -> Iterator[tuple[str, Piece]]:
        """Yield the pages of the earlier versions, as far as this clone has them."""
        for entry in self.publication.entries:
            for past in entry.past:
                if (past.identifier, past.row.version) in self.teller.known:
                    key = self.key(self.teller.past(entry, past), self.texts.past_key(past))
                    yield page_of_past(past), Piece(partial(self._past_page, entry, past), key)

    def _past_page(self, entry: Entry, past: Past) -> bytes:
        facts = self.teller.past(entry, past)
        found = self.texts.past(past)
        if found is None:
            facts["hidden"] = self.teller.language.gettext(
                "This text is not published: it may tell who somebody is."
            )
        title, text = found or ("", "")
        facts["title"] = safe(title) or facts["title"]
        facts["body"] = body_html(text, past_href)
        return self._page("document", "past", facts)

    def _list(self, template: str, facts: Callable[[], Facts], name: str) -> bytes:
        return self._page(template, template, facts(), UP if "/" in name else "")

    def _page(self, template: str, sort: str, facts: Facts, root: str = UP) -> bytes:
        """Return the page of that *sort* that *template* makes of *facts*, in the common frame."""
        from markupsafe import Markup  # with jinja2, when a page is made

        words = self.teller.words
        name = " ".join(filter(None, (facts.get("id"), facts.get("version"))))
        name += f" ({words['obsolete']})" if sort == "past" else ""
        heading = facts["title"]
        if "body" in facts:
            facts["body"] = Markup(facts["body"])  # noqa: S704 - made by `body_html`
        content = self._template(template).render(facts | {"words": words, "root": root})
        text: str = self._template("page").render(
            words=words,
            language=self.language.code,
            root=root,
            sort=sort,
            scripts=SCRIPTS if sort == "index" else (),
            centre=self.teller.centre,
            title=f"{name} – {heading}" if name else heading,
            paper=" · ".join(filter(None, (name, facts.get("since")))) or heading,
            content=Markup(content),  # noqa: S704 - made by a template that escapes
            qm_version=__version__,
        )
        return text.encode(errors="backslashreplace")

    def _template(self, name: str) -> Any:
        """Return the template called *name*, compiled once."""
        if name not in self._templates:
            text = self.shipped[f"{name}.html.j2"].decode()
            self._templates[name] = sandbox(autoescape=True).from_string(text)
        return self._templates[name]
