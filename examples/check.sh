#!/usr/bin/env bash
# Runs `qm check` on each example, in a repository of its own: good-* must pass, bad-* must fail
# with exactly the lines of its expected.txt. An example with a story.yaml must be without an error
# as plain files, and as its story makes it, on the day where that ends, exactly those of its
# expected.txt. Uses $QM, else the qm of PATH, and $QM_PYTHON, else the python of PATH.
set -euo pipefail

examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
qm=$(command -v "${QM:-qm}") || { echo "no ${QM:-qm} to run: type make setup" >&2; exit 2; }
[[ $qm == /* ]] || qm=$PWD/$qm

work=$(mktemp -d "${TMPDIR:-/tmp}/qm-examples.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Nothing of the user or of a calling hook counts: settings, cache, language, GIT_DIR.
unset $(git rev-parse --local-env-vars) LANGUAGE XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME
export HOME=$work/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
mkdir "$HOME"

commit_copy() {
  cp -R "$examples/$1" "$work/$1"
  git -C "$work/$1" init --quiet --initial-branch=main
  git -C "$work/$1" config user.name "Quality manager"
  git -C "$work/$1" config user.email rq@example.org
  git -C "$work/$1" add --all
  git -C "$work/$1" commit --quiet --message="$1"
}

story_ends=2026-11-30
failures=0
fail() {
  echo "FAILED  $1: $2"
  failures=$((failures + 1))
}

for folder in "$examples"/good-*/ "$examples"/bad-*/; do
  name=$(basename "$folder")
  commit_copy "$name"
  status=0
  (cd "$work/$name" && "$qm" check --format concise) >"$work/found.txt" || status=$?
  if [[ $name == good-* && $status -ne 0 ]]; then
    cat "$work/found.txt"
    fail "$name" "exit $status, 0 expected"
  elif [[ $name == bad-* && $status -ne 1 ]]; then
    cat "$work/found.txt"
    fail "$name" "exit $status, 1 expected"
  elif [[ $name == bad-* ]] && ! diff -u "${folder}expected.txt" "$work/found.txt"; then
    fail "$name" "the output is not that of expected.txt"
  else
    echo "ok      $name"
  fi
done

for story in "$examples"/*/story.yaml; do
  folder=$(dirname "$story")
  name=$(basename "$folder")
  commit_copy "$name"
  if ! (cd "$work/$name" && "$qm" check --on "$story_ends" --format concise) >"$work/found.txt"; then
    cat "$work/found.txt"
    fail "$name" "as plain files, no error expected"
  elif ! "${QM_PYTHON:-python}" "$examples/build.py" "$name" "$work/$name-built"; then
    fail "$name" "its story cannot be replayed"
  elif ! (cd "$work/$name-built" && "$qm" verify && "$qm" gap iso-9001-2015) >/dev/null ||
    ! (cd "$work/$name-built" && "$qm" check --on "$story_ends" --format concise) \
      >"$work/found.txt" || ! diff -u "$folder/expected.txt" "$work/found.txt"; then
    fail "$name" "as its story makes it, the output is not that of expected.txt"
  else
    echo "ok      $name"
  fi
done
exit $((failures > 0))
