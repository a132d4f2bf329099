"""What a person chooses where a crosswalk leaves a choice: `--choose OLD=NEW,NEW2`."""

from collections.abc import Iterable

from qmtool.errors import UsageError
from qmtool.model.advice import nearest, short
from qmtool.model.referential import Meant, Referential
from qmtool.model.text import listing, say


def read_choices(
    written: Iterable[str], old: Referential, new: Referential
) -> dict[str, tuple[str, ...]]:
    """Return what the options `OLD=NEW,NEW2` choose for each requirement of *old*.

    Raise UsageError where *old* or *new* has no such requirement.
    """
    choices: dict[str, tuple[str, ...]] = {}
    for one in written:
        left, _, right = one.partition("=")
        targets = [part.strip().removeprefix(f"{new.identifier}:") for part in right.split(",")]
        if not all(targets):
            raise UsageError(
                say("--choose {value}: write it as OLD=NEW or OLD=NEW,NEW2", value=short(one))
            )
        source = left.strip().removeprefix(f"{old.identifier}:")
        resolved = old.resolve(source)
        if resolved.meant is Meant.NOTHING:
            raise _unknown(one, source, old, old.by_id)
        for target in targets:
            _must_be_assessable(one, target, new)
        key = resolved.identifier + resolved.item
        choices[key] = tuple(dict.fromkeys((*choices.get(key, ()), *targets)))
    return choices


def _must_be_assessable(option: str, target: str, new: Referential) -> None:
    """Raise UsageError unless *target* is a requirement of *new* that can be cited."""
    node = new.by_id.get(target)
    if node is None:
        raise _unknown(option, target, new, [one.identifier for one in new.assessable])
    if not node.assessable:
        raise UsageError(
            say(
                "--choose {value}: {referential}:{requirement} only groups requirements. "
                "Choose among: {requirements}",
                value=short(option),
                referential=new.identifier,
                requirement=target,
                requirements=listing(one.identifier for one in new.below(target)) or "–",
            )
        )


def _unknown(
    option: str, requirement: str, referential: Referential, known: Iterable[str]
) -> UsageError:
    advice = nearest(requirement, known) or say(
        "Type qm ref show {referential} to see its requirements.",
        referential=referential.identifier,
    )
    return UsageError(
        say(
            "--choose {value}: {referential} has no requirement {requirement}. {advice}",
            value=short(option),
            referential=referential.identifier,
            requirement=short(requirement),
            advice=advice,
        )
    )
