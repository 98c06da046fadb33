#!/usr/bin/env bash
# What the action does: gets connlint where it is missing, lets it look, and hands over what it found.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v connlint >/dev/null; then
  bin=${RUNNER_TEMP:?}/connlint-bin
  mkdir -p "$bin"
  if [ -n "${LINT_URL:-}" ]; then
    curl --fail --silent --show-error --location --proto '=https' --output "$bin/connlint" "$LINT_URL"
    echo "${LINT_SHA256:?the input sha256 has to say what the binary at url is}  $bin/connlint" | sha256sum --check --quiet
    chmod +x "$bin/connlint"
  else
    cargo install --locked --path "$here/../../../crates/cli" --root "$bin/cargo" --quiet
    cp "$bin/cargo/bin/connlint" "$bin/connlint"
  fi
  PATH=$bin:$PATH
fi

options=()
[ -z "${LINT_CHANGED_SINCE:-}" ] || options+=(--changed-since "$LINT_CHANGED_SINCE")
[ -z "${LINT_BASELINE:-}" ] || options+=(--baseline "$LINT_BASELINE")
paths=()
while IFS= read -r path; do
  [ -z "$path" ] || paths+=("$path")
done <<<"${LINT_PATHS:-.}"

lint() {
  local code=0
  connlint lint "${options[@]}" --format "$1" -- "${paths[@]}" || code=$?
  # 1 says that there are findings, which is no reason to stop telling of them.
  [ "$code" -le 1 ] || exit "$code"
}
[ -z "${LINT_SARIF:-}" ] || lint sarif >"$LINT_SARIF"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || lint markdown >>"$GITHUB_STEP_SUMMARY"
exec connlint lint "${options[@]}" --format github -- "${paths[@]}"
