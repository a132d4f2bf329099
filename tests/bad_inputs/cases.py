"""The rows B001–B088 of `reliability.md` §8: the bytes of a document, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FOLDER = "processes/welcome/applicables"
GOOD = f"{FOLDER}/PR-ACC-001.md"
BAD = f"{FOLDER}/PR-ACC-002.md"
BODY = "## Purpose\n\nText.\n"

Find = tuple[str, int]


@dataclass(frozen=True)
class Case:
    """A bad document: the *row*, its bytes, where which rule speaks, and the exit code.

    *says* are words of one of the messages or fixes; *files* are written beside the document.
    """

    row: str
    data: bytes
    finds: tuple[Find, ...]
    says: str = ""
    exits: int = 1
    path: str = BAD
    files: Mapping[str, bytes] = field(default_factory=dict)
    released: int | None = 3
    """The exit code of `qm release`, or None where the row does not speak of it."""


def document(
    keys: str = "", body: str = BODY, title: str = "Bad", head: str = "PR-ACC-002"
) -> bytes:
    """Return a document whose line 3 is the title and whose line 5 begins *keys*."""
    more = f"{keys}\n" if keys else ""
    return f"---\nid: {head}\ntitle: {title}\nkind: procedure\n{more}---\n\n{body}".encode()


def front(row: str, keys: str, code: str, line: int = 5, says: str = "", **more: Any) -> Case:
    """Return the case of a front matter with *keys* from line 5 on."""
    return Case(row, document(keys), ((code, line),), says, **more)


def titled(row: str, title: str, code: str, says: str = "") -> Case:
    """Return the case of a *title*, on line 3."""
    return Case(row, document(title=title), ((code, 3),), says)


def body(row: str, text: str, code: str, line: int, says: str = "", **more: Any) -> Case:
    """Return the case of a body that begins on line 7 with *text*."""
    return Case(row, document(body=text), ((code, line),), says, **more)


def whole(
    row: str, text: str | bytes, code: str, line: int = 1, says: str = "", **more: Any
) -> Case:
    """Return the case of a whole file."""
    data = text if isinstance(text, bytes) else text.encode()
    return Case(row, data, ((code, line),), says, **more)


def named(row: str, name: str, says: str, code: str = "QM005", **more: Any) -> Case:
    """Return the case of a good document of a bad *name*."""
    return Case(row, document(), ((code, 1),), says, path=f"{FOLDER}/{name}", released=None, **more)


PLAIN = document().decode()
SHORT = "id: PR-ACC-002\ntitle: Bad\nkind: procedure\n"
ALIASES = "extra:\n  a0: &a0 [x, x]\n" + "".join(
    f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
MERGES = "extra:\n  a0: &a0 {x: y}\n" + "".join(
    f"  a{n}: &a{n}\n    <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"

CASES = (
    whole("B001", "# A title\n\nText.\n", "QM002", says="Begin the file with: ---"),
    whole("B002", f"---\n{SHORT}\n# A title\n", "QM003", says="no closing ---"),
    whole("B002", "---\n" + "\n" * 20_000, "QM003", says="no closing ---"),
    whole("B003", f"---\n{SHORT}---  \n\nText.\n", "QM003", 5, "'---  '"),
    whole("B003", f"---\n{SHORT}...\n\nText.\n", "QM003", 5, "'...'"),
    whole("B004", f"A line.\n---\n{SHORT}---\n", "QM002", 2, "not on line 1"),
    whole("B004", f"\n---\n{SHORT}---\n", "QM002", 2, "not on line 1"),
    whole("B004", f" ---\n{SHORT}---\n", "QM003", 1, "not ---"),
    whole("B005", b"", "QM002", says="the file is empty"),
    whole("B005", b"\n \n", "QM002", says="the file is empty"),
    whole("B006", "---\n---\n\nText.\n", "QM102", says="the key kind is missing"),
    whole("B006", "---\n\n---\n", "QM102", says="the key id is missing"),
    whole("B007", "---\n- a\n- b\n---\n", "QM003", 2, "not made of keys"),
    whole("B007", "---\nonly words\n---\n", "QM003", 2, "not made of keys"),
    front("B008", "extra:\n\ta: b", "QM003", 6, "Use spaces"),
    titled("B009", "a: b", "QM003", 'title: "a: b"'),
    titled("B010", "@home", "QM003", 'title: "@home"'),
    titled("B010", "%a", "QM003", 'title: "%a"'),
    titled("B010", "`a`", "QM003", 'title: "`a`"'),
    titled("B011", "Proc #12 rev", "QM105", "Put the whole value in quotes"),
    front("B012", "title: Other", "QM003", 5, "line 3"),
    front("B013", "extra: {a: b, a: c}", "QM003", 5, "stands twice"),
    front("B013", "extra:\n  1: a\n  1.0: b", "QM003", 7, "not a word"),
    front("B014", "extra: &x {a: b}\nsites: *x", "QM003", 6, "*x is not allowed"),
    front("B015", "extra:\n  <<: {a: b}", "QM003", 6, "merge key"),
    front("B016", ALIASES, "QM003", 6, "not allowed"),
    front("B017", MERGES, "QM003", 6, "not allowed"),
    front("B018", "extra: &x [*x]", "QM003", 5, "not allowed"),
    front(
        "B019",
        'extra: !!python/object/apply:os.system ["touch /tmp/qm-was-here"]',
        "QM003",
        5,
        "tag",
    ),
    front("B020", "extra: !x {a: b}", "QM003", 5, "the tag !x"),
    front("B020", "extra: {a: !!binary aGVsbG8=}", "QM003", 5, "tag"),
    front("B020", "extra: !!set {a, b}", "QM003", 5, "tag"),
    whole("B021", f"---\n%YAML 1.1\n{SHORT}---\n", "QM003", 3),
    whole("B022", f"---\n{SHORT}--- # next\na: b\n---\n", "QM003", 5, "second YAML document"),
    front("B023", "extra: " + "[" * 100_000, "QM003", 5, "levels deep"),
    front("B023", "extra: " + "{a: " * 50_000, "QM003", 5, "levels deep"),
    front("B023", "extra:\n  " + "- " * 100_000, "QM003", 6, "levels deep"),
    front(
        "B024", "\n".join(f"k{n}: v" for n in range(10_000)), "QM003", 1001, "more than 2000 values"
    ),
    *(
        front("B027", f"version: '{version}'\nstatus: draft\nhistory: []", "QM201", 5)
        for version in ("1", "1.0.0", "v1.0", "1,0", "01.0")
    ),
    front("B025", "version: 1.10\nstatus: draft", "QM201", 5, "1.10"),
    front("B028", "version: １.０", "QM201", 5),
    front("B029", 'version: "1.0\\n"', "QM201", 5),
    front("B029", 'version: "1.0 "', "QM201", 5),
    front("B030", "version: 999999999999.0", "QM201", 5),
    *(front("B031", f"version: {one}", "QM201", 5) for one in (".inf", ".nan", "1e3", "1_0")),
    front("B032", "version: null", "QM104", 5, "not a text"),
    front("B032", 'version: ""', "QM104", 5, "empty"),
    front("B032", "version: [1.0]", "QM104", 5, "not a text"),
    front("B032", "status: released", "QM202", 5),
    front("B032", "status: withdrawn", "QM201", 5),
    front("B033", "effective: 2026-02-30", "QM104", 5, "no such day"),
    front("B034", "effective: 21/11/2026", "QM104", 5, "YYYY-MM-DD"),
    front("B036", "effective: 2026-03-01T10:00:00+02:00", "QM104", 5, "carries no time"),
    front("B037", "effective: " + "9" * 5_000, "QM104", 5, "not a day"),
    *(front("B039", f"{key}: a", "QM003", 5) for key in ("1", "~", "[a]", "? {a: b}\n")),
    front("B040", "Owner: mia", "QM103", 5, "Did you mean owner?", exits=0, released=None),
    front("B040", "ownr: mia", "QM103", 5, "Did you mean owner?", exits=0, released=None),
    front("B041", "status: realeased", "QM104", 5, "Did you mean released?"),
    front("B042", "owner: nobody", "QM110", 5, "qm.yaml"),
    titled("B043", "a\x00b", "QM001", "byte 27"),
    body("B043", "a\x07b\n", "QM001", 7, "U+0007"),
    titled("B044", '"\\x1b[2J"', "QM003", "U+001B"),
    titled("B045", '"\\ud800"', "QM003"),
    whole("B046", document(title="a" * 1_000_000), "QM003", says="longer than 262144 bytes"),
    titled("B046", "a" * 100_000, "QM104", "longer than 2000"),
    whole("B047", b"\xef\xbb\xbf" + document(), "QM001", says="without BOM"),
    whole("B048", PLAIN.encode("utf-16"), "QM001", says="UTF-16"),
    whole("B048", PLAIN.encode("utf-16-be"), "QM001", says="UTF-16"),
    whole("B048", PLAIN.encode("utf-16-le"), "QM001", says="UTF-16"),
    whole("B049", PLAIN.replace("Bad", "Ré").encode("latin-1"), "QM001", 3, "0xe9"),
    whole("B050", document() + b"\xc0\xaf\n", "QM001", 10, "0xc0"),
    whole("B050", document() + b"\xe2\x82", "QM001", 10, "0xe2"),
    whole("B052", PLAIN.replace("\n", "\r\n", 3).encode(), "QM004", exits=0, released=None),
    whole("B053", PLAIN.replace("\n", "\r").encode(), "QM001", says="carriage return"),
    titled("B055", "a\x85b: c", "QM001", "U+0085"),
    titled("B055", "a\u2028b", "QM003", "U+2028"),
    front("B055", "# a\u2029b", "QM003", 5, "U+2029"),
    titled("B056", "a\u202eb", "QM001", "U+202E"),
    body("B056", "a\u2066b\n", "QM001", 7, "U+2066"),
    titled("B057", "a\u200bb", "QM104", "U+200B"),
    Case("B057", document(head="PR-ACC\u200d-002"), (("QM104", 2),), "U+200D"),
    Case("B058", document(head="PR-\u0410CC-002"), (("QM107", 2),), "U+0410"),
    whole(
        "B059", document() + b"a" * (5 * 1024 * 1024 + 1 - len(document())), "QM001", says="5242881"
    ),
    whole("B061", document() + b"a" * 10_000_000, "QM001", says="the limit is 5242880"),
    whole("B062", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "QM001", says="binary"),
    named("B074", "CON.md", "Windows device"),
    named("B074", "aux.PR-ACC-002.md", "Windows device"),
    named("B074", "PR-ACC-002..md", "two dots"),
    named("B074", "x./PR-ACC-002.md", "drop"),
    named("B075", "PR-ACC-002 a\nb.md", "U+000A"),
    named("B075", "PR-ACC-002 \x1b[2J.md", "U+001B"),
    named("B075", "-PR-ACC-002.md", "drop"),
    named("B075", "PR-ACC-002..a.md", "two dots"),
    named("B076", "PR-ACC-002-" + "x" * 180 + ".md", "longer than 200 bytes"),
    Case(
        "B077",
        document(),
        (("QM108", 2),),
        "PR-ACC-002-b.md",
        files={f"{FOLDER}/PR-ACC-002-b.md": document()},
    ),
    Case("B078", document(), (("QM109", 2),), path=f"{FOLDER}/other.md"),
    Case("B078", document(), (("QM109", 2),), path=f"{FOLDER}/PR-ACC-0021.md"),
    Case("B079", document(head="pr-acc-001"), (("QM108", 2),), "PR-ACC-001"),
    whole("B080", LFS, "QM001", says="git lfs pull"),
    body("B081", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n", "QM006", 7),
    body("B082", "> " * 25 + "a\n", "QM007", 7, "would be dropped"),
    body("B082", "- " * 25 + "a\n", "QM007", 7, "would be dropped"),
    body("B082", "".join("  " * n + "- a\n" for n in range(30)), "QM007", 16, "would be dropped"),
    body("B082", ">" * 100_000 + "a\n", "QM007", 7, "would be dropped"),
    body("B083", "[]()" * 262_144 + "\n", "QM007", 7, "too many brackets"),
    body("B083", "[" * 100_000 + "\n", "QM007", 7, "too many brackets"),
    body("B084", "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n", "QM007", 7, "columns"),
    body("B085", "Text.\n\n[a](missing.md)\n", "QM301", 9),
    body("B085", "Text.\n\n[a](#missing)\n", "QM302", 9),
    body("B085", "Text.\n\n![a](missing.png)\n", "QM303", 9),
    body("B085", "".join(f"# h{n}\n\n[a](#x{n})\n\n" for n in range(3_000)), "QM302", 11_993 + 12),
    body("B088", "Text.\n\n[a](../../../../outside.md)\n", "QM305", 9, "climbs out"),
    body(
        "B088", "Text.\n\n[a](%2e%2e/%2e%2e/%2e%2e/%2e%2e/outside.md)\n", "QM305", 9, "climbs out"
    ),
)

ACCEPTED = {
    "B038": document(title="NO"),
    "B051": PLAIN.replace("\n", "\r\n").encode(),
    "B054": PLAIN.rstrip("\n").encode(),
}
