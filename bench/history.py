"""Give a generated quality system a past: each document is released once, one commit each."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from generate import DAY, REVIEW_MONTHS, Corpus, environment, git

from qmtool.actions import stamp
from qmtool.model.version import FIRST_RELEASE
from qmtool.repository import front_matter
from qmtool.repository.sources import blob_id
from qmtool.repository.tag_objects import Payload, release_ref

MANAGER, EMAIL = "RQ1", "rq1@example.org"
SUMMARY = "Première version"
STEP = timedelta(hours=1)


class History:
    """The releases of the documents of a corpus, an hour apart, under the policy of *base*."""

    def __init__(self, root: Path, corpus: Corpus, base: str) -> None:
        self.root = root
        self.corpus = corpus
        self.base = base
        self.start = datetime.fromisoformat(DAY).astimezone(UTC)

    def stream(self) -> Iterator[bytes]:
        """Yield what `git fast-import` reads: a commit and its tag for each document."""
        for number in range(self.corpus.documents):
            now = self.start + STEP * (number + 1)
            name, path = self.corpus.identifier(number), f"processes/{self.corpus.path(number)}"
            after = released((self.root / path).read_bytes(), now.date())
            who = f"{MANAGER} <{EMAIL}> {int(now.timestamp())} +0000".encode()
            yield b"commit refs/heads/main\ncommitter %b\n" % who
            yield data(f"release {name} {FIRST_RELEASE}: {SUMMARY}\n")
            if number == 0:
                yield f"from {self.base}\n".encode()
            yield f"M 100644 inline {path}\n".encode()
            yield data(after)
            ref = release_ref(name, str(FIRST_RELEASE)).removeprefix("refs/tags/")
            yield b"tag %b\nfrom refs/heads/main\ntagger %b\n" % (ref.encode(), who)
            yield data(self.payload(name, path, after, now).write())

    def payload(self, name: str, path: str, after: bytes, now: datetime) -> Payload:
        """Return what the tag of a release says."""
        return Payload(
            format="1",
            document=name,
            version=str(FIRST_RELEASE),
            origin="released",
            path=path,
            blob=blob_id(after, "sha1"),
            digest=front_matter.digest(after.decode()),
            policy=self.base,
            signer="rq1",
            name=MANAGER,
            role="rq",
            meaning="released",
            reason=SUMMARY,
            effective=now.date().isoformat(),
            date=now.isoformat(timespec="seconds"),
        )


def data(text: str | bytes) -> bytes:
    """Return *text* as `git fast-import` reads it."""
    raw = text if isinstance(text, bytes) else text.encode()
    return b"data %d\n%b\n" % (len(raw), raw)


def released(draft: bytes, on: date) -> bytes:
    """Return the bytes of a *draft* as `qm release` writes them on that day."""
    return stamp.release(
        draft,
        stamp.Stamp(
            version=FIRST_RELEASE,
            on=on,
            effective=on,
            review_months=REVIEW_MONTHS,
            authors=("rq1",),
            approver=("rq1",),
            summary=SUMMARY,
        ),
    )


def release_all(root: Path, documents: int) -> None:
    """Release every document of the generated repository at *root*, and pack it as a clone is."""
    history = History(root, Corpus(documents), git(root, "rev-parse", "HEAD"))
    importer = subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=root, env=environment(), stdin=subprocess.PIPE
    )
    assert importer.stdin is not None
    with importer.stdin as pipe:
        pipe.writelines(history.stream())
    if importer.wait():
        sys.exit(importer.returncode)
    git(root, "reset", "--quiet", "--hard", "refs/heads/main")
    git(root, "repack", "-a", "-d", "--quiet")
    git(root, "pack-refs", "--all")


def main() -> None:
    """Read the command line and release what `generate.py` wrote."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path, help="where generate.py wrote")
    parser.add_argument("--documents", type=int, default=10_000, help="how many (%(default)s)")
    options = parser.parse_args()
    release_all(options.folder, options.documents)


if __name__ == "__main__":
    main()
