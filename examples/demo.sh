#!/usr/bin/env bash
# `make demo`: checks, releases and revises a copy of the French example, and shows its gap.
# Uses $QM, else the qm of PATH. The copy is kept.
set -euo pipefail

examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(command -v "${QM:-qm}") || { echo "no ${QM:-qm} to run: type make setup" >&2; exit 2; }
[[ $program == /* ]] || program=$PWD/$program

# French, unless the user's locale names a language.
locale=${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}}}
case $locale in C | C.* | POSIX) export LANGUAGE=fr locale=fr ;; esac

# The settings of the user's own Git, and a GIT_DIR set by a hook, stay out of it.
unset $(git rev-parse --local-env-vars)
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

say() { # French, English
  case $locale in en*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac
}

qm() { "$program" "$@"; }

run() { # shows a command, then runs it
  local word line=
  for word in "$@"; do
    [[ $word == *' '* ]] && word="\"$word\""
    line+=" $word"
  done
  printf '\n$%s\n' "$line"
  "$@"
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/qm-demo.XXXXXX")
cp -R "$examples/good-centre-imagerie/." "$folder"
cd "$folder"
git init --quiet --initial-branch=main
git config user.name "Responsable qualité"
git config user.email rq@example.org
git add --all
git commit --quiet --message="Le SMQ du Centre d'imagerie des Trois Rivières"

say "Une copie de l'exemple good-centre-imagerie, dans un dépôt Git neuf : $folder" \
  "A copy of the example good-centre-imagerie, in a new Git repository: $folder"

run qm check
run qm release --all --summary "Première diffusion"
run qm list
run qm gap iso-9001-2015

document=processes/qualite/applicables/PR-QUA-001-maitrise-des-documents.md
line="- [Réclamations](PR-QUA-003-reclamations.md)"
run qm revise PR-QUA-001
printf '\n$ echo "%s" >> %s\n' "$line" "$document"
printf '%s\n' "$line" >>"$document"
run git commit --quiet --all --message "Renvoi aux réclamations"
run qm release PR-QUA-001 --summary "Ajout du renvoi à la procédure sur les réclamations"
run qm gap iso-9001-2015 -o gap.html

echo
say "Ouvrez $folder/gap.html dans un navigateur. Pour continuer :" \
  "Open $folder/gap.html in a browser. To go on:"
cat <<END

  cd $folder
  export PATH="${program%/*}:\$PATH"
  qm gap iso-9001-2015 --on $(($(date +%Y) + 1))-06-30
  qm status
  qm explain QM301

END
say "Le dossier est à vous : modifiez un document, cassez un lien, puis relancez qm check." \
  "The folder is yours: change a document, break a link, then run qm check again."
