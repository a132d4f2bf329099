"""The title and the headings of a draft use the words of the glossary.

## Why
An auditor asks for the *protocole* and is shown a procedure; half of the service says *manip*,
the other half MERM; « CRP » and « radioprotectionniste » are taken for two people. The vocabulary
is a watch point of the presentation that this tool began from, and titles and headings are what
people search and cite.

Looked at: drafts, in the language of `qm.yaml`, outside of quotations, code and links, whole
words with their plurals. Only words that the glossary discourages whatever the sense: `qm explain
TERM` shows them. A word that is right in another sense (*accréditation*, *certification*,
*protocole*, *procédure*) or that means something else as well (PCR, PAC, *trame*) is left alone,
since nothing here tells which is meant. Running text is not looked at. A centre adds words, or
replaces an entry, in `templates/_vocabulary/glossary.yaml`.

## Bad
```markdown
---
id: PR-ACC-001
title: Process card of reception
kind: procedure
---

## Tasks of the process manager

She reads the indicators.
```

## Good
```markdown
---
id: PR-ACC-001
title: Process sheet of reception
kind: procedure
---

## Tasks of the process owner

She reads the indicators.
```

## How to fix
Write the preferred word that the advice names. Where the other one must stay, as in the name of
an old document, put it between quotation marks.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document, Use
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.wording import Lexicon
from qmtool.rules.scope import controlled

_DRAFT = ("", "draft")


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each discouraged word in the title or a heading of a draft."""
    own = Lexicon(project.glossary) if project.glossary else None
    replaced = {term.identifier for term in project.glossary}
    for document in controlled(project):
        if document.status not in _DRAFT or not (document.wording or own):
            continue
        kept = [use for use in document.wording if use.term not in replaced]
        for use in (*kept, *(_uses(document, own) if own else ())):
            if use.language == project.settings.language:
                yield _problem(document, use)


def _uses(document: Document, lexicon: Lexicon) -> Iterator[Use]:
    """Yield the words of the title and the headings of *document* that *lexicon* discourages."""
    _, line, column = document.at("title")
    for use in lexicon.uses(document.title, line):
        yield use._replace(column=column)
    for heading in document.headings:
        for use in lexicon.uses(heading.text, heading.line):
            yield use._replace(column=use.column + heading.level + 1)


def _problem(document: Document, use: Use) -> Problem:
    """Return that *document* says a word for which the glossary has a better one."""
    return Problem(
        Location(document.path, use.line, use.column),
        say("{document} says {word}", document=document.name, word=use.word),
        say("Write: {preferred}.", preferred=use.preferred),
    )


RULE = Rule(
    code="QM606",
    name="discouraged-term",
    severity=Severity.INFO,
    check=check,
    fix=say("Write the preferred word of the glossary."),
    doc=__doc__,
)
