"""The review pack: the inputs of a management review, item by item, from the facts of a period."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.indicators import Indicators
from qmtool.model.label import Label
from qmtool.model.period import Period
from qmtool.model.project import Project
from qmtool.model.review_audits import Compared, audits, providers
from qmtool.model.review_facts import Fact, Facts, Look
from qmtool.model.review_inputs import feedback, issues, objectives, previous_actions
from qmtool.model.review_means import improvements, resources, risks
from qmtool.model.review_results import monitoring, nonconformities, performance

KIND = "management-review"
MONTHS = 12
"""How long a review looks back, unless told otherwise."""

INPUTS = ("a", "b", *(f"c{n}" for n in range(1, 8)), "d", "e", "f")
OUTPUTS = ("a", "b", "c")


class Item(NamedTuple):
    """An input or an output of a review; *title* is what its kind calls it."""

    name: str
    title: Label
    facts: Sequence[Fact] = ()

    @property
    def told(self) -> Sequence[Fact]:
        """Return the facts that tell something."""
        return [one for one in self.facts if not one.is_empty]


@dataclass(frozen=True)
class Pack:
    """What is known of *period* for each of the *inputs*, and the *outputs* to be decided."""

    period: Period
    on: date
    at: str
    site: str
    centre: str
    inputs: Sequence[Item]
    outputs: Sequence[Item] = field(default=())


def months_before(day: date, months: int = MONTHS) -> Period:
    """Return the period of that many *months* which ends on *day*."""
    return Period(add_months(day, -months) + timedelta(days=1), day)


def within(period: Period, on: date) -> Period | None:
    """Return *period* with both its ends known and none to come, or None if it is all to come."""
    last = min(period.last, on)
    first = period.first if period.first > date.min else months_before(last).first
    return Period(first, last) if first <= last else None


def pack(
    project: Project,
    period: Period,
    *,
    site: str = "",
    indicators: Indicators,
    gaps: Iterable[Compared] = (),
) -> Pack:
    """Return the inputs of a review of *project* over *period*, at one *site* or all."""
    look = Look(project, period, site)
    compared = list(gaps)
    gathered: Mapping[str, Callable[[Look], Facts]] = {
        "a": previous_actions,
        "b": issues,
        "c1": feedback,
        "c2": objectives,
        "c3": lambda one: performance(one, indicators),
        "c4": nonconformities,
        "c5": monitoring,
        "c6": lambda one: audits(one, compared),
        "c7": providers,
        "d": resources,
        "e": risks,
        "f": improvements,
    }
    kind = project.kinds[KIND]
    return Pack(
        period,
        project.on,
        project.at,
        site,
        project.settings.organisation,
        [
            Item(f"9.3.2-{one}", kind.field_label(f"input_{one}"), list(gathered[one](look)))
            for one in INPUTS
        ],
        [Item(f"9.3.3-{one}", kind.field_label(f"output_{one}")) for one in OUTPUTS],
    )
