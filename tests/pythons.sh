#!/bin/sh
# Runs the tests on SQLite with each later Python that this machine has (PYTHONS names them). Called by
# `make test-pythons` from the root; virtual environments are kept under build/.
failed=""
found=""
for version in ${PYTHONS:-3.12 3.13}; do
    python=""
    for candidate in "python$version" "$HOME/.pyenv/versions/$version".*/bin/python; do
        # A name on the path may be a placeholder that does not run.
        if "$candidate" -c "import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "* Python $version: not found on this machine, not tried"
        continue
    fi
    found="$found $version"
    venv=build/python-$version
    stamp=$venv/.dev-$(cksum <requirements/dev.txt | cut -d' ' -f1)
    if [ ! -e "$stamp" ]; then
        echo "* Python $version: installing the locked packages into $venv"
        if ! { "$python" -m venv "$venv" && "$venv/bin/python" -m pip install -qq --disable-pip-version-check \
            --no-input --require-hashes -r requirements/dev.txt && rm -f "$venv"/.dev-* && touch "$stamp"; }; then
            failed="$failed $version"
            continue
        fi
    fi
    echo "* Python $version: tests on SQLite"
    env -u DATABASE_URL "$venv/bin/python" -m pytest -q -m "not browser and not screenshots" \
        -p no:cacheprovider || failed="$failed $version"
done
[ -n "$found" ] || echo "No later Python was found: nothing was tried."
[ -z "$failed" ] || { echo "Tests failed on Python:$failed" >&2; exit 1; }
