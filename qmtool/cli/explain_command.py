"""`qm explain`."""

from typing import Annotated

import typer

from qmtool.cli.common import _, emit, language

HELP = _("Explain a rule (why, what breaks it, how to mend it) or a term of the glossary.")
EXAMPLE = _("Example: qm explain QM301")


def command(
    rule: Annotated[
        str, typer.Argument(help=_("Code or name of a rule, or a term; none: the list of rules."))
    ] = "",
) -> int:
    """Explain a rule or a term, or list the rules."""
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
        from qmtool.model.glossary import terms_about
        from qmtool.reports.glossary import term_page
        from qmtool.repository.load import shipped_library

        glossary = shipped_library().glossary
        terms = terms_about(glossary, rule)
        if terms:
            emit("\n".join(term_page(term, language()) for term in terms))
            return 0
        names = [name for one in ALL_RULES for name in (one.code, one.name)]
        names += [word for term in glossary for word in term.words()]
        advice = nearest(rule, names) or say("Type qm explain to see the rules.")
        raise UsageError(
            say("no rule and no term is called {name}. {advice}", name=rule, advice=advice)
        )
    emit(rule_page(found, language()))
    return 0
