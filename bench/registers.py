"""Front matter of registers for the bench: events and the actions that answer them."""

from datetime import date, timedelta
from random import Random

FIRST = date(2024, 1, 8)
DAYS = 1_000
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

WHAT = (
    "Demande d'examen incomplète",
    "Erreur de côté rattrapée avant l'acquisition",
    "Extravasation de produit de contraste",
    "Panne de l'injecteur",
    "Patient appelé sous un autre nom",
    "Retard de compte rendu",
)
PLACES = ("IRM", "Scanner", "Secrétariat", "Salle d'échographie", "Salle d'injection")
CAUSES = (
    "Deux patients du même nom attendaient ensemble",
    "La check-list était dans une autre salle",
    "La consigne affichée était celle de l'an dernier",
    "Le matériel n'avait pas été contrôlé à l'ouverture",
)
DONE = (
    "Affichage refait et daté",
    "Check-list placée au poste",
    "Contrôle ajouté à l'ouverture",
    "Rappel en réunion de service",
)


def token(number: int) -> str:
    """Return the four characters that end the id of entry *number*."""
    found = ""
    for _ in range(4):
        number, rest = divmod(number, len(ALPHABET))
        found = ALPHABET[rest] + found
    return found


def name(prefix: str, number: int) -> str:
    """Return the id of entry *number*: an event and its action have the same day."""
    return f"{prefix}-{day_of(number):%Y%m%d}-{token(number)}"


def day_of(number: int) -> date:
    """Return the day of entry *number*."""
    return FIRST + timedelta(days=Random(f"day {number}").randrange(DAYS))


def event(number: int, people: tuple[str, ...]) -> str:
    """Return event *number*, closed with its action."""
    random, day = Random(f"event {number}"), day_of(number)
    states = ("reported", "recorded", "qualified", "in_analysis", "in_action")
    steps = [(state, day + timedelta(days=n)) for n, state in enumerate(states)]
    steps += [
        ("effectiveness_check", day + timedelta(days=40)),
        ("closed", day + timedelta(days=45)),
    ]
    severity, frequency = random.randint(1, 3), random.randint(1, 4)
    last = steps[-1][1]
    return _entry(
        {
            "id": name("EVT", number),
            "title": random.choice(WHAT),
            "kind": "event",
            "date": day,
            "owner": random.choice(people),
            "process": f"p{number % 20:02d}",
            "is_esr": "false",
            "description": f'"{random.choice(WHAT)}, {random.choice(PLACES).lower()}"',
            "place": f'"{random.choice(PLACES)}"',
            "immediate_correction": "Examen repris après vérification",
            "type": random.choice(("dysfunction", "adverse", "near_miss")),
            "severity": severity,
            "frequency": frequency,
            "criticality": severity * frequency,
            "is_eias": "false",
            "is_eigs": "false",
            "vigilance": "none",
            "method": "five_whys",
            "participants": f"[{', '.join(random.sample(people, 2))}]",
            "consequences": "Aucune pour le patient",
            "gaps": "Double vérification non faite",
            "actions_due_on": day + timedelta(days=30),
            "chronology": "Reprise heure par heure avec l'équipe",
            "causes": f'["{random.choice(CAUSES)}"]',
            "barriers": "La double vérification a tenu",
            "actions": f"[{name('ACT', number)}]",
            "criterion": "Aucun cas semblable en trois mois",
            "check_date": last,
            "result": "Aucun cas",
            "closed_on": last,
            "lesson": f'"{random.choice(DONE)}"',
            "shared_on": last,
            "shared_to": "Réunion qualité",
        },
        steps,
        random,
        people,
    )


def action(number: int, people: tuple[str, ...]) -> str:
    """Return the action that answers event *number*; one of ten is not done yet."""
    random, day = Random(f"action {number}"), day_of(number)
    owner = random.choice(people)
    states = ["proposed", "accepted", "done", "effective"][: 2 if number % 10 == 0 else 4]
    steps = [(state, day + timedelta(days=10 * n)) for n, state in enumerate(states)]
    return _entry(
        {
            "id": name("ACT", number),
            "title": random.choice(DONE),
            "kind": "action",
            "date": day,
            "owner": owner,
            "origin": "event",
            "source": name("EVT", number),
            "description": f'"{random.choice(DONE)}"',
            "type": "corrective",
            "due_date": day + timedelta(days=60 if len(states) == 4 else 36_500),
            "resources": "Temps de l'équipe",
            "priority": random.randint(1, 3),
            "success_criterion": "Aucun cas semblable en trois mois",
            "done_on": day + timedelta(days=20),
            "evidence_note": "Photographie au poste",
            "checked_on": day + timedelta(days=30),
            "checked_by": random.choice(people),
            "result": "Aucun cas",
        },
        steps,
        random,
        people,
    )


def _entry(
    keys: dict[str, object], steps: list[tuple[str, date]], random: Random, people: tuple[str, ...]
) -> str:
    """Return the front matter of an entry with *keys*, and the *steps* of its history."""
    head = "".join(f"{key}: {value}\n" for key, value in keys.items())
    rows = "".join(
        f"  - {{state: {state}, date: {day}, by: {random.choice(people)}}}\n"
        for state, day in steps
    )
    return f"---\n{head}status: {steps[-1][0]}\nhistory:\n{rows}---"
