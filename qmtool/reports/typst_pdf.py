"""A PDF through Typst: its fonts come with it, and nothing else."""

import json
from collections.abc import Mapping
from pathlib import Path

from qmtool.errors import RepositoryError
from qmtool.model.text import say
from qmtool.resources import shipped


def compiled(name: str, data: Mapping[str, object]) -> bytes:
    """Return the PDF that the shipped template called *name* makes of *data*.

    Typst sees a folder of one file, no font of the machine, and packages that are not there.
    """
    import tempfile

    import typst  # 80 MB of machine code: only where a PDF is made

    template = shipped("templates") / "_reports" / name
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        page = root / template.name
        page.write_bytes(template.read_bytes())
        try:
            return typst.compile(
                page,
                format="pdf",
                root=root,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                ignore_system_fonts=True,
                package_path=root,
                package_cache_path=root,
            )
        except typst.TypstError as error:
            raise RepositoryError(
                say("the PDF cannot be made ({error}); choose another format", error=error.message)
            ) from error
