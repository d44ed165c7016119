#!/bin/sh
# Asks the advisory services about every locked package. Called by `make audit` from the root.
# Exit 1: something known to be vulnerable is locked. Exit 2: a service could not be asked, so nothing is known.
unknown=""
bad=""
output=$(mktemp)
trap 'rm -f "$output"' EXIT

for lock in base dev node; do
    printf '* Advisories for requirements/%s.txt\n' "$lock"
    .venv/bin/python -m pip_audit --progress-spinner off --disable-pip --require-hashes \
        -r "requirements/$lock.txt" >"$output" 2>&1
    code=$?
    if grep -q "Found .* known vulnerabilit" "$output"; then
        cat "$output"
        bad="$bad requirements/$lock.txt"
    elif [ $code -ne 0 ]; then
        tail -n 1 "$output"
        unknown="$unknown requirements/$lock.txt"
    elif grep -q "could not be audited" "$output"; then
        # pip-audit calls that a success: the service knew nothing of these packages, or did not say.
        printf '%s packages could not be looked up\n' "$(grep -c "could not be audited" "$output")"
        unknown="$unknown requirements/$lock.txt"
    else
        tail -n 1 "$output"
    fi
done

printf '* Advisories for package-lock.json\n'
PATH="$PWD/.venv/bin:$PATH"
if ! command -v npm >/dev/null; then
    echo "There is no npm here: run make install first."
    unknown="$unknown package-lock.json"
elif npm audit --package-lock-only --audit=true --no-update-notifier >"$output" 2>&1; then
    tail -n 1 "$output"
elif grep -q "severity vulnerabilit\|vulnerabilities (" "$output"; then
    cat "$output"
    bad="$bad package-lock.json"
else
    grep -m 2 "npm error" "$output"
    unknown="$unknown package-lock.json"
fi

if [ -n "$unknown" ]; then
    echo "Not known, because the advisory service could not be asked:$unknown" >&2
fi
if [ -n "$bad" ]; then
    echo "Known vulnerabilities in:$bad" >&2
    exit 1
fi
[ -z "$unknown" ] || exit 2
