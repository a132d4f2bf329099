"""Nobody's social security number stands in a document or in the name of a file.

## Why
A nurse writes up an identity mix-up and pastes the INS from the screen of the RIS. Thirteen
digits tell the sex, the month and the place of birth: they name one person in France. Git keeps
every version and every clone holds them all, so that what was pushed stays, even when the line is
gone.

A number is told by its key (97 less the remainder of the number by 97; in Corsica 2A counts as 19
and 2B as 18), or by the word NIR, INS or *sécurité sociale* before thirteen digits. Temporary
numbers count. So do the test identities (OID 1.2.250.1.213.1.4.10 and .11) and those of
specimens: allow them by a mark. No report repeats the number, and the line it stands on is shown
as dots.

## Bad
```markdown
---
id: RC-001
title: Erreur d'identité au scanner
kind: procedure
---

L'examen de la patiente 2 69 05 49 588 157 80 a été rattaché à un autre dossier.
```

## Good
```markdown
---
id: RC-001
title: Erreur d'identité au scanner
kind: procedure
---

L'examen de la patiente (événement EVT-20261121-K7QD) a été rattaché à un autre dossier.
```

## How to fix
Take the number out; the event keeps its own reference, and the RIS knows which patient it is.

If the text was ever pushed, deleting the line is not enough:

1. Tell the data-protection officer (*DPO*) the same day, and stop who can from cloning.
2. Health data are likely to put people at risk: the controller notifies the authority (in France
   the CNIL, by its online service) without delay and within 72 hours of knowing (GDPR, article
   33; confidence high), tells the people concerned where the risk is high (article 34), and
   records the breach in any case (article 33, paragraph 5).
3. Purge the history: `git filter-repo --replace-text` on a fresh clone, then push every branch
   and tag by force, with the agreement of the quality managers. Ask the forge's support to drop
   its cached views, pull requests and forks, and have every clone deleted and made again.
4. Commits and tags change with it: `qm verify` says so. Keep the decision in the register of
   breaches, and release again what was signed.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.rules.confidential import LEAK, identity

RULE = Rule(
    code="QM601",
    name="national-number",
    severity=Severity.ERROR,
    check=identity("national-number"),
    fix=LEAK,
    doc=__doc__,
)
