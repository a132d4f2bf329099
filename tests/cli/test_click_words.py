"""What Typer finds wrong in a call is said in the words of `qm`, in both languages."""

import os
import subprocess
import sys

import pytest

CALLS = (
    (
        ["chek"],
        "no command is called chek. Did you mean check",
        "aucune commande ne s'appelle chek",
    ),
    (["-C", "."], "no command is given. Type: qm --help", "aucune commande n'est donnée"),
    (["new"], "the argument kind is missing. Type: qm new --help", "l'argument kind manque"),
    (["list", "x"], "x is one argument too many. Type: qm list --help", "l'argument x est en trop"),
    (["list", "--kind"], "the option --kind needs a value", "l'option --kind demande une valeur"),
    (["list", "--no-cache=1"], "the option --no-cache takes no value", "ne prend pas de valeur"),
    (["list", "--knd=x"], "no option is called --knd. Did you mean --kind", "aucune option"),
    (["gap", "--fail-under", "x", "y"], "is not of the right type", "n'est pas du bon type"),
    (["list", "--help"], "Usage: qm list", "Usage\u202f: qm list"),
    (["list", "--help"], "Show this message and exit.", "Afficher cette aide et quitter."),
)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("arguments", "english", "french"), CALLS)
def test_a_call_is_answered_in_the_language_of_the_terminal(
    arguments: list[str], english: str, french: str, language: str
) -> None:
    environment = {**os.environ, "LANGUAGE": language, "PYTHONUTF8": "1"}
    command = [sys.executable, "-P", "-m", "qmtool", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (french if language == "fr" else english) in done.stdout + done.stderr
    assert done.returncode == (0 if "--help" in arguments else 2)
