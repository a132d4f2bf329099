"""The words for what a referential is: its type, its completeness, its relations."""

from collections.abc import Mapping

from qmtool.model.crosswalk import Reading
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
    "full": say("known in full"),
    "partial": say("known in part"),
    "numbering": say("numbering only"),
}

CONFIDENCE_WORDS: Mapping[str, Text] = {
    "high": say("high"),
    "medium": say("medium"),
    "low": say("low, to verify"),
}

RELATION_WORDS: Mapping[Reading, Text] = {
    Reading.SAME: say("same expectation"),
    Reading.ASKS_MORE: say("same subject, asks more"),
    Reading.ASKS_LESS: say("same subject, asks less"),
    Reading.PART: say("a part of this one"),
    Reading.WIDER: say("a wider subject"),
    Reading.OVERLAPS: say("overlaps in part"),
    Reading.NOTHING: say("nothing follows it"),
}
"""What the other end of a relation is, seen from the requirement that is shown."""
