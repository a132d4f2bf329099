"""Search in the referentials: accents and case ignored, in French and English at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from qmtool.model.glossary import Term, folded, terms_for
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement
from qmtool.model.text import Text

_IS_IT, _IN_TITLE, _IN_ASKS, _IN_NOTE = 100, 4, 2, 1


class Hit(NamedTuple):
    """A node of a referential where every word of the search stands, and how well.

    *above* is the title it stands under, where the same title stands more than once.
    """

    referential: Referential
    node: Requirement
    score: int
    above: Label = Label("", "")


class Found(NamedTuple):
    """What a search gives: the terms of the glossary that it names, and the nodes, best first."""

    terms: tuple[Term, ...]
    hits: tuple[Hit, ...]


def search(
    referentials: Iterable[Referential],
    words: Sequence[str],
    glossary: Sequence[Term],
    languages: Sequence[Callable[[Text], str]] = (),
) -> Found:
    """Return the nodes that hold all the *words*, or what the glossary says they mean.

    A word finds the words that begin with it: `justif` finds `justification`. A node is found by
    its full id too, and by its number as it is printed in one of the *languages*. The nodes of
    what was replaced come last.
    """
    phrase = " ".join(words)
    terms = terms_for(glossary, phrase)
    wanted = [_choices(word, glossary) for word in phrase.split() if folded(word)]
    whole = [{_needle(one) for term in terms for one in term.preferred()}] if terms else []
    named = folded(phrase)
    hits = []
    for referential in referentials:
        titles = Counter(node.title for node in referential.nodes)
        for node in referential.nodes:
            score = max(_score(node, wanted), _score(node, whole) if whole else 0)
            if named and named in _names(referential, node, languages):
                score += _IS_IT
            if score:
                above = referential.by_id.get(node.parent) if titles[node.title] > 1 else None
                hits.append(Hit(referential, node, score, *([above.title] if above else [])))
    hits.sort(
        key=lambda hit: (bool(hit.referential.superseded_by), -hit.score, not hit.node.assessable)
    )
    return Found(tuple(terms), tuple(hits))


def _names(
    referential: Referential, node: Requirement, languages: Sequence[Callable[[Text], str]]
) -> Iterator[str]:
    """Yield what is typed for *node*, and what is printed."""
    yield folded(f"{referential.identifier}:{node.identifier}")
    place = referential.cite(node.identifier)
    yield from (folded(render(place)) for render in languages)


def _choices(word: str, glossary: Sequence[Term]) -> set[str]:
    """Return *word* and the words that mean the same, each as it is looked for."""
    terms = terms_for(glossary, word)
    return {_needle(word), *(_needle(one) for term in terms for one in term.preferred())}


def _needle(word: str) -> str:
    """Return *word* as the beginning of a word in a folded text, its plural ending left out."""
    plain = folded(word)
    return f" {plain[:-1] if len(plain) > 4 and plain[-1] in 'sx' else plain}"


def _score(node: Requirement, wanted: Sequence[set[str]]) -> int:
    """Return how well *node* answers every one of *wanted*; 0: one of them is nowhere."""
    texts = [
        (_IN_TITLE, _text((node.identifier, *node.title))),
        (_IN_ASKS, _text(node.asks)),
        (_IN_NOTE, _text((*node.note, node.reference))),
    ]
    total = 0
    for needles in wanted:
        best = max(_weights(texts, needles), default=0)
        if not best:
            return 0
        total += best
    return total


def _weights(texts: Sequence[tuple[int, str]], needles: set[str]) -> Iterator[int]:
    for weight, text in texts:
        if any(needle in text for needle in needles):
            yield weight


def _text(parts: Iterable[str]) -> str:
    return f" {folded(' '.join(parts))}"
