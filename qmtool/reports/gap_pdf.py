"""The gap as a PDF with page numbers, through Typst: its fonts come with it, and nothing else."""

import json
from pathlib import Path

from qmtool.errors import RepositoryError
from qmtool.model.gap import Gap
from qmtool.model.text import say
from qmtool.reports.gap_csv import made_from
from qmtool.reports.gap_shape import View
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import legend, page_words
from qmtool.reports.language import Language
from qmtool.resources import shipped


def pdf(gap: Gap, language: Language) -> bytes:
    """Return the gap as a PDF; the same view gives the same bytes.

    Typst sees a folder of one file, no font of the machine, and packages that are not there.
    """
    import tempfile

    import typst  # 80 MB of machine code: only where a PDF is made

    template = shipped("templates") / "_reports" / "gap.typ"
    data = json.dumps(_data(gap, language), ensure_ascii=False)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        page = root / template.name
        page.write_bytes(template.read_bytes())
        try:
            return typst.compile(
                page,
                format="pdf",
                root=root,
                sys_inputs={"gap": data},
                ignore_system_fonts=True,
                package_path=root,
                package_cache_path=root,
            )
        except typst.TypstError as error:
            raise RepositoryError(
                say("the PDF cannot be made ({error}); choose another format", error=error.message)
            ) from error


def _data(gap: Gap, language: Language) -> dict[str, object]:
    """Return what the template shows, all of it as text."""
    shown, words = view(gap, language), page_words(language)
    return {
        "gap": _with_more(shown, words),
        "words": words,
        "facts": list(made_from(shown, words)),
        "footer": [
            shown["referential"],
            f"{words['compared']} {shown['compared_on']}",
            f"{words['as_of']} {shown['day']}",
            words["source"].format(at=shown["source"]),
            words["made_by"].format(version=shown["qm"]),
            language.pair(words["digest"], shown["digest"]),
        ],
        "legend": legend(words),
        "colon": language.pair("", ""),
    }


def _with_more(shown: View, words: dict[str, str]) -> dict[str, object]:
    """Return *shown* with the words for the evidence that no row lists."""
    chapters = [
        {
            **one,
            "rows": [
                {**row, "more_word": words["more"].format(count=row["more"])} for row in one["rows"]
            ],
        }
        for one in shown["chapters"]
    ]
    return {**shown, "chapters": chapters}
