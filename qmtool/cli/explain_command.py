"""`qm explain`."""

from typing import Annotated

import typer

from qmtool.cli.common import _, emit, language

HELP = _("Explain a rule: why it exists, what breaks it, and how to mend it.")
EXAMPLE = _("Example: qm explain QM301")


def command(
    rule: Annotated[
        str, typer.Argument(help=_("Code or name of the rule; none: the list of rules."))
    ] = "",
) -> int:
    """Explain a rule, or list them all."""
    from qmtool.errors import UsageError
    from qmtool.model.advice import nearest
    from qmtool.model.text import say
    from qmtool.reports.catalogue import rule_list, rule_page
    from qmtool.rules import ALL_RULES

    if not rule:
        emit(rule_list(ALL_RULES, language()))
        return 0
    found = next(
        (one for one in ALL_RULES if rule.upper() == one.code or rule.lower() == one.name), None
    )
    if found is None:
        names = [name for one in ALL_RULES for name in (one.code, one.name)]
        advice = nearest(rule, names) or say("Type qm explain to see the rules.")
        raise UsageError(say("no rule is called {name}. {advice}", name=rule, advice=advice))
    emit(rule_page(found, language()))
    return 0
