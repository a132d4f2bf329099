"""Each shipped register is walked from its first state to its last ones by the commands alone."""

import datetime
import json
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from qmtool.actions.act import Step, next_state
from qmtool.errors import Refused
from qmtool.model.document import Document, HistoryRow
from qmtool.model.kind import Kind
from qmtool.model.kind_flaws import flaws
from tests.conftest import Centre, built_once
from tests.kinds import shipped_kinds

LATER = "2099-01-31"
TODAY = date.today().isoformat()
KINDS = shipped_kinds()
REGISTERS = {name: kind for name, kind in KINDS.items() if kind.steps}

KNOWN = {
    "action": ("ACT-1", "done"),
    "agreement": ("CV-1", ""),
    "audit": ("AUD-1", "closed"),
    "certificate": ("CERT-1", ""),
    "crex": ("CREX-1", "closed"),
    "event": ("EVT-1", "closed"),
    "management-review": ("RDD-1", "closed"),
    "objective": ("OBJ-1", "closed"),
    "quality-control": ("CTR-1", "closed"),
    "supplier": ("FOU-1", "rejected"),
    "supplier-evaluation": ("EVF-1", "approved"),
    "survey": ("ENQ-1", "closed"),
    "training": ("HA-1", ""),
}
"""Entries that came from elsewhere, for the others to name: kind, id and state."""

ACTIONS = "actions=ACT-1"
INPUTS = [f"input_{one}=None" for one in ("a", "b", *(f"c{n}" for n in range(1, 8)), "d", "e", "f")]
BEFORE = ["severity=3", "frequency=2", "control=4"]
AFTER = ["severity_after=3", "frequency_after=1", "control_after=2", "score_after=6"]

Path_ = Sequence[tuple[str, Sequence[str]]]
"""The states of a path and what each is given; the first is the one of `qm log`."""

COMPLAINT: Path_ = [
    ("received", ["channel=phone", "complainant=patient", "summary=Long wait"]),
    ("acknowledged", ["legal_claim=false"]),
    ("analysed", ["cause=Late start", "justified=partly", "severity=2", "owner=mia"]),
    ("in_action", [ACTIONS]),
    ("answered", []),
    ("closed", ["effectiveness=No other complaint", "lesson=Tell the delay"]),
]
EVENT: Path_ = [
    ("reported", ["is_esr=false", "description=Knee", "place=CT", "immediate_correction=Redone"]),
    ("recorded", ["type=adverse", "process=welcome"]),
    (
        "qualified",
        [
            *("consequences=None", "severity=2", "frequency=2", "criticality=4"),
            *("is_eias=false", "is_eigs=true", "vigilance=none"),
        ],
    ),
    ("notified", ["authority=ARS", "reference=A-1", f"eigs_notified_on={TODAY}"]),
    (
        "in_analysis",
        [
            *("method=alarm", "participants=rq1, mia", "chronology=Short", "gaps=One"),
            *("causes=Haste", "barriers=None"),
        ],
    ),
    ("in_action", [ACTIONS, f"actions_due_on={LATER}"]),
    ("effectiveness_check", ["criterion=None again", "result=None seen"]),
    ("closed", [f"eigs_analysed_on={TODAY}", "lesson=Two checks", "shared_to=Everybody"]),
]
EIAS: Path_ = [
    ("selected", ["physician=mia", "theme=Contrast", "targeted=true"]),
    ("drafted", ["what=A delay", "why=A call", "barriers=A check", "improvement=A list"]),
    ("submitted", []),
    ("returned", ["expert_comment=Say more"]),
    ("completed", []),
    ("accepted", [f"annual_review_on={TODAY}"]),
    ("recommendation_applied", ["recommendation=Check twice", "action=ACT-1"]),
    ("counted", ["review_year=2027"]),
]
ESR: Path_ = [
    ("detected", ["description=Wrong zone", "emergency=false", "lost_source=false"]),
    ("qualified", ["criterion=diagnosis", "dose_limit_exceeded=false"]),
    ("notified", ["asnr_reference=N-1", f"notified_on={TODAY}", f"ars_told_on={TODAY}"]),
    ("patient_informed", [f"informed_on={TODAY}", "informed_by=The physician"]),
    ("analysed", ["chronology=Short", "causes=Haste", "dose_estimate=2 mSv", "physicist=Physics"]),
    ("report_sent", []),
    ("actions_followed", [ACTIONS]),
    ("closed", ["ines=0"]),
]
FINDING: Path_ = [
    (
        "open",
        [
            *("audit=AUD-1", "grade=major", "requirement=iso-9001-2015:8.2.1"),
            *("facts=No answer", "evidence_seen=Three letters"),
        ],
    ),
    ("cause_analysed", ["cause=Nobody was told"]),
    ("plan_accepted", [ACTIONS, "accepted_by=The auditor"]),
    ("resolved", ["evidence_note=Letters"]),
    ("verified", ["verified_by=The auditor"]),
]
RISK: Path_ = [
    ("identified", ["cause=Haste", "consequence=Wrong side", "barriers=A check"]),
    ("assessed", [*BEFORE, "score=24", "owner=mia"]),
    ("treated", [ACTIONS]),
    ("residual_assessed", AFTER),
    ("accepted", []),
    ("reviewed", []),
    ("reviewed", []),
    ("closed", ["reason=The device is gone"]),
]
OBJECTIVE: Path_ = [
    ("proposed", ["description=Shorter waits"]),
    (
        "adopted",
        ["target=15 days", "owner=mia", f"due_date={LATER}", "resources=None", "evaluation=Mean"],
    ),
    ("in_progress", []),
    ("reached", ["result=14 days"]),
    ("closed", []),
]
WATCH: Path_ = [
    ("detected", ["nature=law", "publication_date=2026-01-05", "source=jo"]),
    ("assessed", ["applicable=partly", "impact=Forms", "owner=mia", f"in_force_date={LATER}"]),
    ("action", [ACTIONS]),
    ("compliant", ["evidence_note=New form"]),
    ("repealed", [f"repealed_on={TODAY}", "replaced_by=Another law"]),
]
AUTHORISATION: Path_ = [
    (
        "required",
        ["person=mia", "post=CT", "device=CT1", "trigger=newcomer", f"autonomous_on={LATER}"],
    ),
    ("in_training", ["tutor=A colleague", "programme=Two weeks"]),
    ("evaluated", ["grid_result=All achieved", "evaluator=A colleague"]),
    ("granted", ["granted_by=The employer", f"valid_until={LATER}"]),
    ("renewed", [f"valid_until={LATER}"]),
    ("suspended", ["reason=Long absence"]),
    ("withdrawn", ["reason=Left"]),
]
CHECK: Path_ = [
    ("due", ["devices=CT1", "check_type=external_qc", f"due_on={LATER}"]),
    ("planned", ["provider=A body", f"planned_on={LATER}"]),
    ("done", ["report_note=In the room"]),
    ("non_compliant", ["deviation=Noise", "serious=true", f"stopped_on={TODAY}"]),
    ("corrected", ["correction=Tube", f"notified_on={TODAY}", "notification=M-1"]),
    ("re_checked", ["recheck_report=Within limits", f"next_due={LATER}"]),
    ("closed", ["following=CTR-1"]),
]
SAMPLING: Path_ = [
    (
        "planned",
        [
            *("satisfies=iso-9001-2015:8.2.1", "originals=ris", "population=Requests, 400"),
            *("period_from=2026-01-01", "period_to=2026-03-31", "method=random"),
            "criterion=Signed",
        ],
    ),
    ("done", ["seen=30", "conforming=29", "deviations=One without date"]),
    ("closed", [ACTIONS]),
]
CERTIFICATE: Path_ = [
    ("applied", ["type=certificate", "issuer=A body", "referential=iso-9001-2015"]),
    ("stage1", []),
    ("stage2", []),
    ("decided", [f"issued_on={TODAY}", "number=1", f"valid_until={LATER}"]),
    ("surveillance_1", []),
    ("surveillance_2", []),
    ("recertification", ["renewed_by=CERT-1"]),
]
LABEL: Path_ = [
    ("applied", ["type=label", "issuer=A body", "referential=labelix"]),
    ("audited", []),
    ("commission", []),
    ("labelled", [f"issued_on={TODAY}", f"valid_until={LATER}"]),
    ("documentary_audit", []),
    ("renewal", ["renewed_by=CERT-1"]),
]
SUPPLIER: Path_ = [
    ("listed", ["category=it", "critical=true", "contract=CV-1", "contact=Support"]),
    ("approved", ["evaluation=EVF-1", f"valid_until={LATER}"]),
    ("watch", [ACTIONS]),
    ("rejected", ["reason=Three failures", "replacement=Another one"]),
]
EVALUATION: Path_ = [
    (
        "to_evaluate",
        [
            "supplier=FOU-1",
            "year=2026",
            "criteria=Delay, price",
            "weights=2, 1",
            f"due_date={LATER}",
        ],
    ),
    ("evaluated", ["scores=3, 4", "total=10", "incidents=None"]),
    ("watch", [ACTIONS]),
    ("approved", [f"valid_until={LATER}"]),
]
AUDIT: Path_ = [
    (
        "planned",
        [
            *("type=internal", "referentials=iso-9001-2015", "scope_processes=welcome"),
            *("scope=All sites", "auditors=mia", f"planned_on={LATER}"),
        ],
    ),
    ("prepared", []),
    ("performed", []),
    ("reported", ["conclusion=Good"]),
    ("responses_accepted", ["accepted_by=mia"]),
    ("closed", []),
]
REVIEW: Path_ = [
    ("planned", [f"planned_on={LATER}", "period_from=2026-01-01", "period_to=2026-12-31"]),
    ("inputs_collected", INPUTS),
    ("held", ["top_management=The director", "participants=Everybody"]),
    ("minutes_validated", ["output_a=One", "output_b=None", "output_c=None", ACTIONS]),
    ("decisions_followed", ["follow_up=Done"]),
    ("closed", ["following=RDD-1"]),
]
CREX: Path_ = [
    ("planned", ["type=crex", f"planned_on={LATER}"]),
    (
        "held",
        [
            "participants=Four people",
            "period_from=2026-01-01",
            "period_to=2026-03-31",
            "events=EVT-1",
        ],
    ),
    (
        "validated",
        ["analysed=EVT-1", "choice_reason=Grave", "lessons=Check", ACTIONS, "shared_to=Everybody"],
    ),
    ("closed", ["following=CREX-1"]),
]
SURVEY: Path_ = [
    ("planned", ["audience=patients", "questionnaire_note=On paper", f"planned_on={LATER}"]),
    ("running", []),
    ("collected", ["n=120", "response_rate=41.5"]),
    ("analysed", ["results=Good", "verbatims=Parking", "trend=Same"]),
    ("presented", [f"staff_told_on={TODAY}", "review=RDD-1"]),
    ("closed", [ACTIONS, "following=ENQ-1"]),
]
PARTY: Path_ = [
    ("identified", ["category=referrers", "proximity=strong"]),
    ("mapped", ["expectations=Quick reports", "risks=Leaving"]),
    ("reviewed", []),
    ("ended", ["reason=Gone"]),
]
EQUIPMENT: Path_ = [
    ("received", ["category=imaging", "manufacturer=A", "model=B", "serial=C"]),
    (
        "in_service",
        ["commissioning=All tests", "maintenance=CV-1", f"next_maintenance_on={LATER}"],
    ),
    ("stopped", ["reason=Tube"]),
    ("in_service", []),
    ("withdrawn", ["reason=Old"]),
]
ACTION: Path_ = [
    ("proposed", ["origin=event", "description=A list", "type=corrective"]),
    (
        "accepted",
        [
            *("owner=mia", f"due_date={LATER}", "priority=1"),
            *("success_criterion=None again", "resources=None"),
        ],
    ),
    ("in_progress", []),
    ("done", ["evidence_note=The list"]),
    ("effective", ["result=None again"]),
]
MEETING: Path_ = [
    ("planned", ["type=quality", f"planned_on={LATER}", "agenda=Events, actions"]),
    ("held", ["participants=Everybody"]),
    ("validated", ["decisions=None", "shared_to=Everybody"]),
]
MIGRATION: Path_ = [
    (
        "announced",
        [
            *("referential=iso-9001-2008", "successor=iso-9001-2015"),
            f"transition_end={LATER}",
        ],
    ),
    ("gap_analysed", ["mapping=2008 to 2015", "new_requirements=iso-9001-2015:4.2"]),
    ("plan_adopted", ["owner=mia", ACTIONS]),
    ("evidence_remapped", ["unmapped=None"]),
    ("audited_on_new", ["audit=AUD-1"]),
    ("closed", []),
]
INDICATOR: Path_ = [
    (
        "active",
        [
            "definition=Wait",
            "formula=Mean",
            "source=RIS",
            "unit=days",
            "target=15",
            "period=month",
        ],
    ),
    ("suspended", ["reason=New RIS"]),
    ("active", []),
    ("retired", ["reason=Replaced"]),
]

PATHS: Mapping[str, Path_] = {
    "complaint": COMPLAINT,
    "complaint, legal claim": [
        COMPLAINT[0],
        ("acknowledged", ["legal_claim=true", "cdu=true"]),
        (
            "analysed",
            [*COMPLAINT[2][1], f"insurer_told_on={LATER}", f"management_told_on={LATER}"],
        ),
        ("in_action", ["no_action_reason=Nothing to change"]),
        ("answered", [f"cdu_told_on={LATER}"]),
        COMPLAINT[5],
    ],
    "complaint, rejected": [COMPLAINT[0], ("rejected", ["reason=Another centre"])],
    "event": EVENT,
    "event, not followed": [*EVENT[:4], ("in_analysis", EVENT[4][1]), *EVENT[6:]],
    "event, no follow-up": [
        *EVENT[:2],
        ("qualified", [*EVENT[2][1], "is_eigs=false"]),
        ("no_follow_up", ["depth=counted", "depth_reason=Known", "reason=Only counted"]),
    ],
    "eias": EIAS,
    "eias, accepted at once": [*EIAS[:3], EIAS[5], EIAS[7]],
    "eias, dropped": [EIAS[0], ("dropped", ["reason=Not of the team"])],
    "esr": ESR,
    "esr, source and worker": [
        ("detected", ["description=Gone", "emergency=true", "lost_source=true"]),
        (
            "qualified",
            [
                *("criterion=sources", "dose_limit_exceeded=true"),
                *(f"police_told_on={LATER}", f"prefect_told_on={LATER}"),
            ],
        ),
        ("notified", [*ESR[2][1], f"labour_told_on={LATER}"]),
        ("patient_informed", ["nobody_exposed=Nobody came near"]),
        *ESR[4:],
    ],
    "esr, not significant": [*ESR[:2], ("not_significant", ["reason=Below the criterion"])],
    "supplier": SUPPLIER,
    "supplier-evaluation": EVALUATION,
    "supplier-evaluation, rejected": [
        *EVALUATION[:2],
        ("rejected", ["reason=Late", "replacement=Another one"]),
    ],
    "action": ACTION,
    "action, without effect": [
        *ACTION[:4],
        ("not_effective", ["reason=Seen again", "new_action=ACT-1"]),
    ],
    "action, abandoned": [ACTION[0], ("abandoned", ["reason=Done elsewhere"])],
    "finding": FINDING,
    "finding, downgraded": [
        FINDING[0],
        ("downgraded", ["grade_before=major", "grade=minor", "reason=One case only"]),
        *FINDING[1:],
    ],
    "finding, noted": [
        ("open", [*FINDING[0][1], "grade=observation"]),
        ("noted", ["reason=No answer is asked for", "decided_by=The auditor"]),
    ],
    "audit": AUDIT,
    "audit, cancelled": [AUDIT[0], ("cancelled", ["reason=The auditor is away"])],
    "risk": RISK,
    "opportunity": RISK,
    "objective": OBJECTIVE,
    "objective, carried over": [
        *OBJECTIVE[:3],
        ("partly_reached", ["result=17 days", "gap_reason=Breakdown"]),
        ("carried_over", ["carried_to=OBJ-1"]),
    ],
    "objective, not reached": [
        *OBJECTIVE[:3],
        ("not_reached", ["result=22 days", "gap_reason=Breakdown"]),
        OBJECTIVE[4],
    ],
    "watch": WATCH,
    "watch, not applicable": [
        WATCH[0],
        ("assessed", ["applicable=not_at_all", "impact=None", "owner=mia"]),
        ("not_applicable", ["reason=No MRI here"]),
    ],
    "management-review": REVIEW,
    "meeting": MEETING,
    "meeting, cancelled": [MEETING[0], ("cancelled", ["reason=Nobody is here"])],
    "crex": CREX,
    "crex, without event": [
        CREX[0],
        ("held", [*CREX[1][1][:3], "no_event=None was declared"]),
        ("validated", ["lessons=None", "no_action_reason=No event", "shared_to=Everybody"]),
        ("closed", ["no_following=Joined with the RMM"]),
    ],
    "crex, cancelled": [CREX[0], ("cancelled", ["reason=Nobody is here"])],
    "survey": SURVEY,
    "survey, cancelled": [SURVEY[0], ("cancelled", ["reason=No means"])],
    "authorisation": AUTHORISATION,
    "equipment": EQUIPMENT,
    "quality-control": CHECK,
    "quality-control, compliant": [
        *CHECK[:3],
        ("compliant", [f"next_due={LATER}"]),
        ("closed", ["no_following=The device is gone"]),
    ],
    "interested-party": PARTY,
    "interested-party, weak": [
        ("identified", ["category=competitors", "proximity=weak"]),
        ("mapped", []),
        PARTY[2],
        PARTY[3],
    ],
    "sampling": SAMPLING,
    "sampling, no event": [
        SAMPLING[0],
        (
            "done",
            [
                *("seen=0", "conforming=0", "deviations=None"),
                "declaration=No event in the period",
            ],
        ),
        ("closed", ["no_action_reason=Nothing was seen"]),
    ],
    "sampling, cancelled": [SAMPLING[0], ("cancelled", ["reason=The RIS is down"])],
    "migration": MIGRATION,
    "certificate": CERTIFICATE,
    "certificate, label": LABEL,
    "certificate, suspended": [
        ("applied", ["type=title", "issuer=An agency"]),
        ("decided", [f"issued_on={TODAY}", f"valid_until={LATER}"]),
        ("suspended", ["reason=A breakdown"]),
        ("decided", []),
        ("withdrawn", ["reason=Activity over"]),
    ],
    "indicator": INDICATOR,
    "training": [
        ("valid", ["person=mia", "subject=patients", f"valid_until={LATER}"]),
        ("renewed", ["renewed_by=HA-1"]),
    ],
    "training, ended": [("valid", []), ("ended", ["reason=Left"])],
}


def sheet(kind: str, identifier: str, state: str) -> str:
    """Return the text of an entry that was already in *state* when it came."""
    steps = (
        f"status: {state}\nhistory:\n  - {{state: {state}, date: 2026-01-05}}\n" if state else ""
    )
    head = f"id: {identifier}\ntitle: Known\nkind: {kind}\ndate: 2026-01-05\n{steps}"
    return f"---\n{head}---\n\n## Facts\n\nText.\n"


@pytest.fixture
@built_once
def registers(welcome: Centre) -> Centre:
    """Return a quality system that holds an entry of each kind that others name."""
    welcome.commit(
        {
            f"processes/welcome/enregistrements/{identifier}.md": sheet(kind, identifier, state)
            for kind, (identifier, state) in KNOWN.items()
        }
    )
    return welcome


class Walk:
    """Entries of a *kind* on their way: what two paths have in common is walked once."""

    def __init__(self, centre: Centre, kind: Kind) -> None:
        self.centre, self.kind = centre, kind
        self.identifier = ""
        self.known: dict[str, tuple[str, str]] = {}

    def go(self, path: Path_) -> None:
        """Walk *path*, from the first state that no other path came through in the same way."""
        done = len(path)
        while done and repr(path[:done]) not in self.known:
            done -= 1
        if done:
            self.identifier, commit = self.known[repr(path[:done])]
            self.centre.git("reset", "-q", "--hard", commit)
        for number in range(done, len(path)):
            self.step(*path[number], first=not number)
            commit = self.centre.git("rev-parse", "HEAD").strip()
            self.known[repr(path[: number + 1])] = self.identifier, commit

    def step(self, state: str, values: Sequence[str], *, first: bool) -> None:
        """Let the entry enter *state* with *values*; the *first* writes it down."""
        options = [part for one in values for part in ("--set", one)]
        if first:
            assert state == self.kind.initial
            done = self.centre.qm("log", self.kind.name, "An entry", *options)
            self.identifier = done.out.partition(": ")[2].partition(",")[0]
            self.refused()
        else:
            done = self.centre.qm("act", self.identifier, state, *options)
        assert done.code == 0, done.err

    def refused(self) -> None:
        """Try a state that does not follow the first one."""
        following = (self.kind.initial, *self.kind.states[self.kind.initial].next)
        wrong = [state for state in self.kind.steps if state not in following]
        for state in wrong[-1:]:
            done = self.centre.qm("act", self.identifier, state)
            assert done.code == 3
            assert "cannot become" in done.err


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_is_walked_from_its_first_state_to_each_last_one(
    registers: Centre, name: str
) -> None:
    kind = REGISTERS[name]
    walk = Walk(registers, kind)
    for path in (path for title, path in PATHS.items() if title.partition(",")[0] == name):
        walk.go(path)
        assert path[-1][0] in kind.final
        (entry,) = registers.root.rglob(f"{walk.identifier}*.md")
        assert f"\nstatus: {path[-1][0]}\n" in entry.read_text()
    checked = registers.qm("check")
    assert checked.code == 0, checked.out
    assert walk.identifier not in checked.out


def test_each_state_of_each_register_is_on_a_path() -> None:
    walked: dict[str, set[str]] = {}
    for name, path in PATHS.items():
        walked.setdefault(name.partition(",")[0], set()).update(state for state, _ in path)
    assert {name: set(kind.steps) - walked[name] for name, kind in REGISTERS.items()} == {
        name: set() for name in REGISTERS
    }


@pytest.mark.parametrize("name", REGISTERS)
def test_what_a_state_does_not_lead_to_is_refused(name: str) -> None:
    kind = REGISTERS[name]
    for here, there in ((here, there) for here in kind.states.values() for there in kind.steps):
        record = Document(
            "a.md", kind=name, status=here.name, history=(HistoryRow(5, state=here.name),)
        )
        step = Step("A-1", there, comment="Why")
        if there in here.next:
            assert next_state(record, kind, step, record).name == there
        else:
            with pytest.raises(Refused) as refused:
                next_state(record, kind, step, record)
            said = "cannot become" if here.next else "and closed"
            assert said in str(refused.value)


def test_a_day_that_was_filled_in_is_that_of_the_last_time(registers: Centre) -> None:
    history = "  - {state: mapped, date: 2026-01-05}\n  - {state: reviewed, date: 2026-01-05}\n"
    party = sheet("interested-party", "PI-1", "mapped").replace(
        "status: mapped\nhistory:\n  - {state: mapped, date: 2026-01-05}\n",
        f"status: reviewed\nhistory:\n{history}reviewed_on: 2026-01-05\nproximity: weak\n",
    )
    registers.commit({"processes/welcome/enregistrements/PI-1.md": party})
    assert registers.qm("act", "PI-1", "reviewed").code == 0
    text = (registers.root / "processes/welcome/enregistrements/PI-1.md").read_text()
    assert f"reviewed_on: {datetime.date.today()}" in text


def test_a_certificate_that_says_no_state_is_one_that_was_issued(registers: Centre) -> None:
    satisfies = "satisfies: [iso-9001-2015:7.1.5.1]\nkind: certificate"
    text = sheet("certificate", "CERT-2", "").replace("kind: certificate", satisfies)
    registers.commit({"processes/welcome/enregistrements/CERT-2.md": text})
    assert registers.qm("check").code == 0
    assert state_of_proof(registers) == "in-force"
    assert registers.qm("act", "CERT-2", "stage1").code == 3
    assert registers.qm("act", "CERT-2", "suspended", "--set", "reason=Late").code == 0
    assert state_of_proof(registers) == "draft"


def state_of_proof(centre: Centre) -> str:
    """Return what CERT-2 is worth in the gap of ISO 9001."""
    found = json.loads(centre.qm("gap", "iso-9001-2015", "--format", "json").out)
    (state,) = (
        one["state"]
        for line in found["requirements"]
        for one in line["evidence"]
        if one["document"] == "CERT-2"
    )
    assert isinstance(state, str)
    return state


# --- the kinds ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_a_shipped_kind_names_only_what_it_has(name: str) -> None:
    assert list(flaws(KINDS[name])) == []


@pytest.mark.parametrize("name", REGISTERS)
def test_each_word_of_a_register_is_there_in_both_languages(name: str) -> None:
    kind = REGISTERS[name]
    for field in kind.fields.values():
        texts = [field["label"], *field.get("values", {}).values()]
        assert all(set(text) == {"fr", "en"} for text in [*texts, field.get("help", texts[0])])
    for state in kind.steps.values():
        dues = state.get("due", [])
        duties = [
            due["duty"] for due in (dues if isinstance(dues, list) else [dues]) if "duty" in due
        ]
        assert all(set(text) == {"fr", "en"} for text in [state["label"], *duties])


@pytest.mark.parametrize("name", REGISTERS)
def test_two_fields_of_a_register_have_two_labels(name: str) -> None:
    for language in ("fr", "en"):
        labels = [field["label"][language] for field in REGISTERS[name].fields.values()]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", REGISTERS)
def test_each_state_is_reached_and_leads_to_a_closed_one(name: str) -> None:
    kind = REGISTERS[name]
    assert kind.final
    for state in kind.steps:
        assert state in {kind.initial} | after(kind, kind.initial)
        assert {state, *after(kind, state)} & set(kind.final)


def after(kind: Kind, state: str) -> set[str]:
    """Return the states that may follow *state* sooner or later."""
    found: set[str] = set()
    todo = [state]
    while todo:
        todo += (new := set(kind.states[todo.pop()].next) - found)
        found |= new
    return found


@pytest.mark.parametrize("name", REGISTERS)
def test_a_deadline_of_a_law_or_a_guide_says_which(name: str) -> None:
    for state in REGISTERS[name].states.values():
        for due in state.due:
            assert due.source or not due.is_legal or name == "event"
