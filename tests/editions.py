"""Texts of documents, read without a repository."""

from qmtool.model.edition import Edition
from qmtool.repository import front_matter
from qmtool.repository.parse import Parser
from qmtool.repository.record import build
from qmtool.repository.yaml_events import read_yaml

HEAD = "id: PR-ACC-001\ntitle: Title\nkind: procedure\n"


def edition(body: str, head: str = HEAD) -> Edition:
    """Return the text of a document as the repository reads it."""
    text = f"---\n{head}---\n\n{body}"
    cut = front_matter.split(text)
    document = build("a.md", Parser({}).parse(text.encode()), {})
    keys = read_yaml(cut.block or "").data
    return Edition("draft", text.encode(), text, cut.body, cut.body_line, document, keys)
