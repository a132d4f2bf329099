"""What `qm gap` tells besides one gap on one day: a change, the sites, a day to come, several."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qmtool.cli.common import choose_format, day, repository
from qmtool.errors import UsageError
from qmtool.model.referential import Meant
from qmtool.model.text import listing, say

if TYPE_CHECKING:
    from qmtool.model.gap import Gap
    from qmtool.reports.language import Language
    from qmtool.repository.load import Snapshot

Formats = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Asked:
    """What the options ask for besides one gap on one day."""

    names: Sequence[str]
    site: str = ""
    since: str = ""
    lead: int = 0
    by_site: bool = False
    sampling: bool = False
    why: str = ""
    cache: bool = True

    def format_name(self, chosen: str, output: str, alone: Formats) -> str:
        """Return the format to use, of those that tell what is asked for; *alone* tell one gap."""
        self._refuse_together()
        return choose_format(chosen, output, dict(self._formats(alone)))

    def _formats(self, alone: Formats) -> Formats:
        if self.why:
            from qmtool.reports.why import WHY_FORMATS

            return WHY_FORMATS
        if self.since:
            from qmtool.reports.gap_change import CHANGE_FORMATS

            return CHANGE_FORMATS
        if self.by_site or self.sampling:
            from qmtool.reports.by_site import SITE_FORMATS

            return SITE_FORMATS
        if len(self.names) > 1:
            from qmtool.reports.gaps import SEVERAL_FORMATS

            return {name: one for name, one in SEVERAL_FORMATS.items() if name in alone}
        return alone

    def _refuse_together(self) -> None:
        """Raise UsageError if two options ask for what cannot be told in one report."""
        one_each = {
            "--why": bool(self.why),
            "--since": bool(self.since),
            "--by-site": self.by_site,
            "--sampling": self.sampling,
        }
        given = [name for name, is_given in one_each.items() if is_given]
        if given and len(self.names) > 1:
            raise UsageError(say("{option} takes one referential, not several", option=given[0]))
        if (self.since or self.why) and len(given) > 1:
            raise UsageError(
                say("{one} and {other} exclude each other", one=given[0], other=given[1])
            )
        if self.site and (self.by_site or self.sampling):
            raise UsageError(
                say("{one} and {other} exclude each other", one="--site", other=given[0])
            )

    def told(
        self, name: str, found: "Snapshot", gaps: "Sequence[Gap]", alone: Formats, speak: "Language"
    ) -> str | bytes:
        """Return what is asked for, in the format *name*; *gaps* are those of the referentials."""
        if self.why:
            return self._why(name, found, gaps[0], speak)
        if self.since:
            return self._change(name, found, gaps[0], speak)
        if self.by_site or self.sampling:
            return self._sites(name, found, gaps[0], speak)
        shown = list(self._each(name, found, gaps, alone, speak))
        if len(shown) == 1:
            return shown[0][1]
        from qmtool.reports.gaps import SEVERAL_FORMATS

        texts = [(one, told) for one, told in shown if isinstance(told, str)]
        return SEVERAL_FORMATS[name](texts, speak)

    def _why(self, name: str, found: "Snapshot", now: "Gap", speak: "Language") -> str:
        """Return why one requirement has its status."""
        from qmtool.model.advice import nearest
        from qmtool.model.why import why
        from qmtool.reports.why import WHY_FORMATS, Why

        referential = now.referential
        written = self.why.removeprefix(f"{referential.identifier}:")
        resolved = referential.resolve(written)
        if resolved.meant is not Meant.REQUIREMENT:
            known = [one.identifier for one in referential.assessable]
            below = [one.identifier for one in referential.below(resolved.identifier)][:4]
            raise UsageError(
                say(
                    "{requirement} is no requirement of {referential}. {advice}",
                    requirement=written,
                    referential=referential.identifier,
                    advice=say("Ask for one of: {requirements}.", requirements=listing(below))
                    if below
                    else nearest(written, known) or say("qm ref show lists them."),
                )
            )
        steps = list(why(found.project, now, resolved.identifier))
        cited = f"{referential.identifier}:{resolved.identifier}"
        return WHY_FORMATS[name](Why(now, cited, steps), speak)

    def _change(self, name: str, found: "Snapshot", now: "Gap", speak: "Language") -> str:
        """Return what was gained and lost since then."""
        from qmtool.model.gap import gap
        from qmtool.model.gap_change import gap_change
        from qmtool.reports.gap_change import CHANGE_FORMATS
        from qmtool.repository.load import load_past
        from qmtool.repository.past import branch_of, last_commits, moment
        from qmtool.repository.sources import open_source

        repo = repository()
        branch = branch_of(repo, found.source.commit)
        commit, then = moment(branch, self.since)
        if then > now.on:
            raise UsageError(say("--since {then} is after {now}", then=then, now=now.on))
        past = load_past(repo, open_source(repo, commit), on=then, use_cache=self.cache).project
        before = gap(past, now.referential, site=self.site or None)
        change = gap_change((past, before), (found.project, now))
        commits = last_commits(repo, commit, branch.tip, change.paths)
        return CHANGE_FORMATS[name](change.attributed(commits), speak)

    def _sites(self, name: str, found: "Snapshot", now: "Gap", speak: "Language") -> str:
        """Return the gap of each site, and which sites to see."""
        from qmtool.model.sampling_plan import by_site, sampling_plan
        from qmtool.reports.by_site import SITE_FORMATS, Page

        if not found.project.settings.sites:
            raise UsageError(say("qm.yaml names no sites: add them under sites:"))
        sites = by_site(found.project, now.referential)
        plan = sampling_plan(sites) if self.sampling else None
        return SITE_FORMATS[name](Page(sites, plan), speak)

    def _each(
        self, name: str, found: "Snapshot", gaps: "Sequence[Gap]", alone: Formats, speak: "Language"
    ) -> "Iterator[tuple[Gap, str | bytes]]":
        """Yield each gap as it is told alone; of a day to come, with what will have lapsed."""
        for one in self._looking_ahead(found, gaps):
            yield one, alone[name](one, speak)

    def _looking_ahead(self, found: "Snapshot", gaps: "Sequence[Gap]") -> "Iterator[Gap]":
        """Yield *gaps*; those of a day to come know what will have lapsed by then."""
        today, project = day(""), found.project
        if project.on <= today:
            yield from gaps
            return
        from qmtool.model.forecast import Outlook, forecasts
        from qmtool.repository.load import on_another_day

        present = on_another_day(found, today).project
        for one in gaps:
            lapses = forecasts(present, project, one.referential, site=one.site, lead=self.lead)
            yield replace(one, outlook=Outlook(today, lapses))
