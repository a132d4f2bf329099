"""Write a quality system of many documents, always the same, in a Git repository of its own."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import registers

PROCESSES = 20
DAY = "2024-01-08T09:00:00+01:00"
"""When the first commit was made."""

REVIEW_MONTHS = 240
"""The longest that `qm.yaml` allows: no review falls due while this bench is of use."""

PEOPLE = ("rq1", "rq2", "mia", "leo", "ana", "tom")
REQUIREMENTS = ("7.1.5.1", "7.2", "7.5.2", "7.5.3.1", "8.1", "8.5.1", "8.5.2", "8.5.4", "9.1.1")

HEADINGS = (
    "Domaine d'application",
    "Responsabilités",
    "Documents de référence",
    "Accueil du patient",
    "Vérification de la demande",
    "Préparation de la salle",
    "Installation du patient",
    "Acquisition des images",
    "Injection de produit de contraste",
    "Contrôle des images",
    "Optimisation de la dose",
    "Compte rendu et diffusion",
    "Conduite en cas d'incident",
    "Entretien du matériel",
    "Enregistrements",
    "Suivi et indicateurs",
)
TOLD = (
    "Faits",
    "Correction immédiate",
    "Chronologie",
    "Écarts",
    "Causes",
    "Barrières",
    "Actions",
    "Vérification",
    "Enseignements",
    "Partage",
)
TASKS = (
    "Accueil et information du patient",
    "Contrôle de qualité interne",
    "Gestion des demandes urgentes",
    "Préparation à l'examen",
    "Prise en charge de l'enfant",
    "Réalisation de l'examen",
    "Validation des protocoles",
    "Vérification de l'identité",
)
DEVICES = ("au scanner", "en échographie", "en IRM", "en mammographie", "en radiologie", "en TEP")
WHO = (
    "l'équipe d'accueil",
    "la personne compétente en radioprotection",
    "la secrétaire médicale",
    "le cadre de santé",
    "le manipulateur",
    "le médecin radiologue",
    "le physicien médical",
    "le pilote du processus",
    "le responsable qualité",
)
DOES = (
    "compare la dose délivrée au niveau de référence diagnostique",
    "complète le dossier et y joint les examens antérieurs",
    "consigne l'écart et prévient sans attendre le service concerné",
    "contrôle la demande d'examen et sa justification",
    "explique le déroulement de l'examen et répond aux questions",
    "inscrit le résultat dans le registre et le date",
    "relit les images et décide d'une série complémentaire",
    "s'assure de l'absence de contre-indication à l'injection",
    "vérifie l'identité du patient par deux questions ouvertes",
    "vérifie que la version affichée est bien celle en vigueur",
)
WHEN = (
    "à chaque changement d'équipe",
    "à la fin de la vacation",
    "après toute intervention sur l'appareil",
    "avant chaque acquisition",
    "avant de quitter la salle",
    "dès l'arrivée du patient",
    "en cas de doute",
    "une fois par semaine",
)
SEE = (
    "La marche à suivre est décrite dans",
    "Le détail des étapes se trouve dans",
    "Pour les cas particuliers, voir",
    "Ce point complète",
)


def sentence(random: Random) -> str:
    """Return one sentence, as a procedure of an imaging centre says it."""
    who, does, when = random.choice(WHO), random.choice(DOES), random.choice(WHEN)
    text = random.choice((f"{who} {does} {when}.", f"{when}, {who} {does}."))
    return text[0].upper() + text[1:]


def wrap(text: str) -> str:
    """Return *text* in lines shorter than 80 columns, never broken inside a word."""
    first, *words = text.split(" ")
    lines = [first]
    for word in words:
        if len(lines[-1]) + len(word) < 78:  # textwrap says the same, and takes half the time here
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to *heading*."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


class Corpus:
    """The documents of one quality system, each a function of its number."""

    def __init__(self, documents: int) -> None:
        self.documents = documents

    def process(self, number: int) -> str:
        """Return the id of the process that holds document *number*."""
        return f"p{number * PROCESSES // self.documents:02d}"

    def identifier(self, number: int) -> str:
        """Return the id of document *number*."""
        return f"PR-{self.process(number).upper()}-{number:05d}"

    def path(self, number: int) -> str:
        """Return the path of document *number* below `processes/`."""
        return f"{self.process(number)}/applicables/{self.identifier(number)}.md"

    def headings(self, number: int) -> list[str]:
        """Return the ten level-2 headings of document *number*."""
        chosen = Random(f"headings {number}").sample(range(len(HEADINGS)), 9)
        return ["Objet", *(HEADINGS[place] for place in sorted(chosen))]

    def link(self, number: int, random: Random) -> str:
        """Return a link from document *number* to a section of another, often a near one."""
        near = (number + random.randint(1, 200)) % self.documents
        target = random.choice((near, near, random.randrange(self.documents)))
        anchor = slug(random.choice(self.headings(target)))
        return f"[{self.identifier(target)}](../../{self.path(target)}#{anchor})"

    def text(self, number: int) -> str:
        """Return document *number*."""
        random = Random(f"text {number}")
        satisfies = ", ".join(f"iso-9001-2015:{one}" for one in random.sample(REQUIREMENTS, 2))
        blocks = [
            "---\n"
            f"id: {self.identifier(number)}\n"
            f"title: {random.choice(TASKS)} {random.choice(DEVICES)}, poste {number % 40 + 1}\n"
            "kind: procedure\n"
            f"process: {self.process(number)}\n"
            f"owner: {random.choice(PEOPLE)}\n"
            f"satisfies: [{satisfies}]\n"
            "status: draft\n"
            "---"
        ]
        for place, heading in enumerate(self.headings(number)):
            blocks.append(f"## {heading}")
            if place in (3, 6):
                blocks.append(f"<!-- qm: satisfies iso-9001-2015:{random.choice(REQUIREMENTS)} -->")
            blocks.append(wrap(" ".join(sentence(random) for _ in range(3))))
            blocks.append(wrap(f"{random.choice(SEE)} {self.link(number, random)}."))
            if place == 5:
                blocks.append(table(random))
            else:
                items = (f"- **Étape {step}** : {sentence(random)}" for step in (1, 2))
                blocks.append("\n".join(wrap(item).replace("\n", "\n  ") for item in items))
        return "\n\n".join(blocks) + "\n"


def table(random: Random) -> str:
    """Return a small table: who does what, and how soon."""
    rows = [f"| {step} | {random.choice(WHO)} | {random.choice(WHEN)} |" for step in (1, 2, 3, 4)]
    return "\n".join(["| Étape | Responsable | Moment |", "| --- | --- | --- |", *rows])


def settings() -> str:
    """Return the `qm.yaml` of the quality system."""
    people = "\n".join(
        f"  - {{id: {one}, name: {one.upper()}, email: {one}@example.org"
        f"{', roles: [rq]' if one.startswith('rq') else ''}}}"
        for one in PEOPLE
    )
    types = ("management", "operational", "operational", "support")
    processes = "\n".join(
        f"  - {{id: p{place:02d}, code: P{place:02d}, title: Processus {place:02d}, "
        f"type: {types[place % len(types)]}, owner: {PEOPLE[place % len(PEOPLE)]}}}"
        for place in range(PROCESSES)
    )
    more = f"review_months: {REVIEW_MONTHS}\nadopts: [iso-9001-2015]"
    return f"qm: 1\nlanguage: fr\npeople:\n{people}\nprocesses:\n{processes}\n{more}\n"


def environment() -> dict[str, str]:
    """Return the environment in which git knows nothing of the user's own configuration."""
    kept = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    kept |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return kept | {"GIT_AUTHOR_DATE": DAY, "GIT_COMMITTER_DATE": DAY}


def git(root: Path, *arguments: str) -> str:
    """Return what git prints in *root*."""
    command = ["git", "-c", "core.autocrlf=false", "-c", "gc.auto=0", *arguments]
    done = subprocess.run(
        command, cwd=root, env=environment(), stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout.strip()


def write_registers(root: Path, records: int, corpus: Corpus) -> None:
    """Write that many *records*, half of them events and half of them their actions."""
    folder = root / "processes" / "p00" / "enregistrements"
    kinds = {"event": ("EVT", registers.event), "action": ("ACT", registers.action)}
    for kind, (prefix, text) in kinds.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(records // 2):
            path = folder / kind / f"{registers.name(prefix, number)}.md"
            blocks = [text(number, PEOPLE), *told(corpus, number, Random(f"{prefix} {number}"))]
            path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8", newline="\n")


def told(corpus: Corpus, number: int, random: Random) -> Iterator[str]:
    """Yield the blocks of the body of an entry, as long as those of a document, and its links."""
    for heading in TOLD:
        yield f"## {heading}"
        yield wrap(" ".join(sentence(random) for _ in range(3)))
        link = corpus.link(number % corpus.documents, random).replace("](../../", "](../../../")
        yield wrap(f"{random.choice(SEE)} {link}.")
        items = (f"- **Fait {step}** : {sentence(random)}" for step in (1, 2))
        yield "\n".join(wrap(item).replace("\n", "\n  ") for item in items)
    yield table(random)


def generate(root: Path, documents: int, records: int = 0) -> None:
    """Write a quality system of *documents* documents in the empty folder *root*.

    That many *records* of them are entries of registers.
    """
    corpus = Corpus(documents - records)
    write_registers(root, records, corpus)
    documents -= records
    for number in range(documents):
        path = root / "processes" / corpus.path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(corpus.text(number), encoding="utf-8", newline="\n")
    (root / "qm.yaml").write_text(settings(), encoding="utf-8", newline="\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "config", "user.name", "RQ1")
    git(root, "config", "user.email", "rq1@example.org")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--no-verify", "--message=Système qualité de mesure")


def main() -> None:
    """Read the command line and write the quality system it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path, help="an empty or a new folder")
    parser.add_argument("--documents", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--records", type=int, default=0, help="how many of them are records")
    options = parser.parse_args()
    if options.documents < 1 or not 0 <= options.records < options.documents:
        parser.error("--documents is at least 1, and --records fewer")
    options.folder.mkdir(parents=True, exist_ok=True)
    if any(options.folder.iterdir()):
        sys.exit(f"{options.folder} is not empty; give a new folder")
    generate(options.folder, options.documents, options.records)


if __name__ == "__main__":
    main()
