#!/usr/bin/env bash
# Runs what the build server runs, again and again, and stops at the first run that
# fails: what is flaky shows only in the long run. Every test runs every time, for
# no result comes from Go's cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs=${1:-20}
if ! [[ $runs =~ ^[1-9][0-9]{0,3}$ ]]; then
	printf 'soak: "%s" is no number of runs: say one from 1 to 9999, as in make soak N=20\n' "$runs" >&2
	exit 2
fi

export GOFLAGS="${GOFLAGS:-} -count=1"
# What CI compares with a record, as what the published bridge does, is done again.
export STANDIN_SOAK=1
for ((run = 1; run <= runs; run++)); do
	SECONDS=0
	printf 'run %d of %d\n' "$run" "$runs"
	if ! .ci/run; then
		printf 'run %d of %d failed after %d s\n' "$run" "$runs" "$SECONDS" >&2
		exit 1
	fi
	printf 'run %d of %d passed in %d s\n' "$run" "$runs" "$SECONDS"
done
