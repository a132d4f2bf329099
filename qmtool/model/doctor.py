"""What `qm doctor` says of the facts: the programs, and the people of the policy."""

from collections.abc import Iterator, Sequence

from qmtool.model.condition import Condition
from qmtool.model.diagnostic import Severity
from qmtool.model.doctor_clone import judge_clone
from qmtool.model.doctor_finding import Finding, error, note, warning
from qmtool.model.settings import RQ, Person, Policy
from qmtool.model.signing import key_flaw
from qmtool.model.text import say

MENDED = {
    (2, 43): 7,
    (2, 44): 4,
    (2, 45): 4,
    (2, 46): 4,
    (2, 47): 3,
    (2, 48): 2,
    (2, 49): 1,
    (2, 50): 1,
}
"""The last part of the first version of each line of Git without CVE-2025-48384."""


def judge(seen: Condition) -> list[Finding]:
    """Return what there is to say of *seen*, the worst first."""
    found = [*_programs(seen), *_settings(seen), *_people(seen), *judge_clone(seen)]
    return sorted(found, key=lambda one: -one.severity)


def is_well(findings: Sequence[Finding]) -> bool:
    """Return whether none of *findings* asks for anything to be done."""
    return all(one.severity is Severity.INFO for one in findings)


def _programs(seen: Condition) -> Iterator[Finding]:
    version = seen.programs.git
    shown = ".".join(map(str, version))
    if version and version < seen.programs.oldest:
        wanted = ".".join(map(str, seen.programs.oldest))
        yield error(
            "old-git",
            say(
                "git {found} is too old: qm needs git {wanted} or later", found=shown, wanted=wanted
            ),
        )
    elif version and _has_known_hole(version):
        yield warning(
            "unsafe-git",
            say(
                "git {found} has a known hole (CVE-2025-48384), unless your system mended it: "
                "install git 2.43.7, 2.50.1 or later",
                found=shown,
            ),
        )
    if seen.policy and seen.policy.is_signed and not seen.programs.has_ssh_keygen:
        yield error(
            "no-ssh-keygen",
            say("ssh-keygen is not installed: signed releases need it; install OpenSSH"),
        )


def _has_known_hole(version: tuple[int, ...]) -> bool:
    major, minor, last = (*version, 0, 0)[:3]
    return (major, minor) < min(MENDED) or last < MENDED.get((major, minor), 0)


def _settings(seen: Condition) -> Iterator[Finding]:
    for sentence in seen.broken:
        yield error("broken-settings", sentence)
    if seen.policy is None and not seen.broken:
        yield warning(
            "no-settings",
            say("there is no qm.yaml in the last commit: nobody may release"),
            "qm init",
        )


def _people(seen: Condition) -> Iterator[Finding]:
    if not seen.identity.name or not seen.identity.email:
        yield error(
            "no-identity",
            say("git does not know who you are, and every decision is somebody's"),
            'git config user.name "…" && git config user.email "…"',
        )
    elif seen.policy:
        yield from _you(seen, seen.policy)
    if seen.policy:
        yield from _managers(seen, seen.policy)


def _you(seen: Condition, policy: Policy) -> Iterator[Finding]:
    today, email = seen.now.date(), seen.identity.email
    person = policy.by_email(email, today)
    if person is None:
        yield warning(
            "unknown-person",
            say("you are {email}, who is none of the people of the policy in force", email=email),
            "git config user.email …",
        )
        return
    who = person.name or person.identifier
    if person.holds(RQ, today):
        yield note("you", say("you are {person}, a quality manager", person=who))
    else:
        yield note("you", say("you are {person}, and may not release", person=who))
    if seen.identity.unable is not None:
        yield warning("no-signing-key", seen.identity.unable)


def _managers(seen: Condition, policy: Policy) -> Iterator[Finding]:
    today = seen.now.date()
    managers = policy.quality_managers(today)
    if not managers:
        yield error("no-manager", say("qm.yaml names no quality manager (roles: [rq]) for today"))
    if len(managers) == 1 and not _someone_else_approves(policy, managers[0]):
        yield warning(
            "single-manager",
            say(
                "{person} alone may release, and nobody else approves: name who does in qm.yaml, "
                "as approvals: {{procedure: {{approve: 1, by: […]}}}}",
                person=managers[0].name or managers[0].identifier,
            ),
        )
    if not policy.is_signed:
        yield note(
            "not-signed",
            say(
                "who released is declared, not proved: no quality manager has a key (keys:) in "
                "qm.yaml"
            ),
        )
        return
    for one in managers:
        if all(key_flaw(key, today) for key in one.keys):
            yield warning(
                "manager-without-key",
                say(
                    "{person} has no key in qm.yaml that is valid today, and cannot release",
                    person=one.name or one.identifier,
                ),
            )


def _someone_else_approves(policy: Policy, manager: Person) -> bool:
    return any(name != manager.identifier for one in policy.approvals.values() for name in one.by)
