"""Registers with a year of facts in them, for the tests of the management review."""

from collections.abc import Mapping

FOLDER = "processes/welcome/enregistrements"
ON = "2026-06-01"
FIRST, LAST = "2025-06-02", ON


def record(
    identifier: str, kind: str, state: str = "", day: str = "2026-03-02", **keys: str
) -> str:
    """Return the text of a record in *state*, which it entered on its *day*."""
    values = {"id": identifier, "title": f"Title of {identifier}", "kind": kind, "date": day}
    values |= keys
    lines = "".join(f"{key}: {one}\n" for key, one in values.items())
    if state:
        lines += f"status: {state}\nhistory:\n  - {{state: {state}, date: {day}}}\n"
    return f"---\n{lines}---\n\nText.\n"


def year() -> Mapping[str, str]:
    """Return the files of registers in which something happened under each input."""
    texts = [
        record(
            "RDD-1",
            "management-review",
            "closed",
            "2025-05-01",
            held_on="2025-05-20",
            actions="[ACT-1, ACT-2]",
        ),
        record(
            "ACT-1",
            "action",
            "accepted",
            "2025-05-21",
            origin="review",
            source="RDD-1",
            owner="mia",
            due_date="2025-12-31",
        ),
        record("ACT-2", "action", "effective", "2026-02-01", origin="review", source="RDD-1"),
        record("ACT-3", "action", "proposed", origin="event", description="Tell them"),
        record("VEI-1", "watch", "assessed", applicable="entirely", in_force_date="2026-09-01"),
        record(
            "RIS-1", "risk", "residual_assessed", score="40", score_after="12", actions="[ACT-2]"
        ),
        record("PI-1", "interested-party", "reviewed", proximity="strong"),
        record(
            "REC-1",
            "complaint",
            "answered",
            complainant="patient",
            justified="entirely",
            severity="2",
            cause="Long wait",
            answer_date="2026-03-12",
        ),
        record("REC-2", "complaint", "received", "2024-01-08", complainant="referrer"),
        record("ENQ-1", "survey", "analysed", audience="patients", n="120", response_rate="40"),
        record("OBJ-1", "objective", "reached", target="90 %", due_date="2026-04-30"),
        record(
            "TB-1",
            "indicator",
            "active",
            unit="'%'",
            target="90",
            direction="higher",
            alert_threshold="80",
            period="quarter",
        ),
        record("SND-1", "sampling", "done", population="Requests", seen="30", conforming="28"),
        record("EVT-1", "event", "reported", type="adverse", severity="4", criticality="12"),
        record("EVT-2", "event", "closed", type="near_miss", severity="1", criticality="2"),
        record(
            "CTR-1",
            "quality-control",
            "non_compliant",
            equipment="EQP-1",
            check_type="external_qc",
            done_on="2026-03-02",
            due_on="2026-03-01",
            deviation="Uniformity",
        ),
        record("EQP-1", "equipment", "stopped", category="imaging"),
        record("AUD-1", "audit", "reported", type="internal", performed_on="2026-03-02"),
        record(
            "CST-1",
            "finding",
            "open",
            audit="AUD-1",
            grade="major",
            requirement="'iso-9001-2015:7.5.2'",
        ),
        record("FOU-1", "supplier", "approved", critical="true"),
        record("FOU-2", "supplier", "listed", critical="true"),
        record(
            "EVF-1",
            "supplier-evaluation",
            "approved",
            supplier="FOU-1",
            year="2026",
            total="82",
            incidents="None",
        ),
        record(
            "HAB-1",
            "authorisation",
            "granted",
            person="mia",
            device="CT1",
            valid_until="2026-05-01",
        ),
        record("OPP-1", "opportunity", "identified"),
    ]
    found = {f"{FOLDER}/{text.split(maxsplit=2)[2].split()[0]}.md": text for text in texts}
    found[f"{FOLDER}/TB-1.csv"] = "period,value,comment\n2025-Q4,92,\n2026-Q1,85,\n"
    return found
