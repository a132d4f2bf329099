"""The words for what a referential is: its type, its completeness, its relations."""

from collections.abc import Mapping

from qmtool.model.crosswalk import Kind
from qmtool.model.text import Text, say

TYPE_WORDS: Mapping[str, Text] = {
    "certification": say("certification"),
    "label": say("label"),
    "accreditation": say("accreditation"),
    "regulation": say("regulation"),
    "standard": say("standard"),
    "audit": say("audit"),
    "individual": say("individual duty"),
    "context": say("context"),
    "draft": say("draft, not in force"),
}

COMPLETENESS_WORDS: Mapping[str, Text] = {
    "full": say("full"),
    "partial": say("partial"),
    "numbering": say("numbering"),
}

CONFIDENCE_WORDS: Mapping[str, Text] = {
    "high": say("high"),
    "medium": say("medium"),
    "low": say("low: to verify"),
}

RELATION_WORDS: Mapping[Kind, Text] = {
    Kind.EQUAL: say("same expectation"),
    Kind.SUPERSET: say("narrower subject, a part of this one"),
    Kind.SUBSET: say("same subject, asks more"),
    Kind.INTERSECTS: say("overlaps in part"),
    Kind.DROPPED: say("nothing follows it"),
}
"""What the other end of a relation is, seen from the requirement that is shown."""
