#!/usr/bin/env bash
# Installs what standin needs and this machine lacks; run it as often as you like.
# usage: scripts/setup.sh [browser] [compiler] [modules] [fixtures]   (none: all)
#
#   browser   a Chromium: Debian's chromium-headless-shell where there is none
#   compiler  gcc, which Go's race detector is built with; only the tests need it
#   modules   the Go modules
#   fixtures  the npm packages of the sample app that runs on Node, of the bridge, and
#             of the test runner that runs the examples of the docs
#
# Debian packages are installed when we are root or have sudo without a password.
# Otherwise it prints the one command to type, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The oldest versions that will do.
go_minor=26
node_major=18

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# has_browser looks where standin itself looks.
has_browser() {
	if [[ -n ${STANDIN_BROWSER:-} ]]; then
		has "$STANDIN_BROWSER" || fail "STANDIN_BROWSER names $STANDIN_BROWSER, which cannot be run; correct it or unset it"
		return
	fi
	local name
	for name in /usr/lib/chromium/chromium-headless-shell chromium-headless-shell headless_shell chrome-headless-shell \
		/usr/lib/chromium/chromium chromium chromium-browser google-chrome-stable google-chrome chrome; do
		if has "$name"; then return; fi
	done
	return 1
}

# install installs the named Debian packages, or says how to.
install() {
	local how="apt-get update && apt-get install -y --no-install-recommends $*"
	if ! has apt-get; then
		fail "missing: $*, and there is no apt-get; install them with this system's own packages (a Chromium or Chrome can also be named by STANDIN_BROWSER)"
	fi
	local as=()
	if [[ $(id -u) != 0 ]]; then
		if ! has sudo || ! sudo -n true 2>/dev/null; then
			fail "missing: $*. Type this, then try again:  sudo sh -c '$how'"
		fi
		as=(sudo -n)
	fi
	say "installing $*"
	# apt checks signatures as a user of its own, who cannot enter our temp folder.
	local apt=("${as[@]}" env -u TMPDIR DEBIAN_FRONTEND=noninteractive apt-get -qq
		-o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
	"${apt[@]}" update </dev/null >&2 || say "apt-get update failed; trying with the lists that are here"
	"${apt[@]}" install -y --no-install-recommends "$@" </dev/null >&2 ||
		fail "could not install $*; see above, and try:  sudo sh -c '$how'"
}

# debian installs what is wanted of browser and compiler, in one go.
debian() {
	local packages=()
	if wanted browser && ! has_browser; then packages+=(chromium-headless-shell); fi
	if wanted compiler && ! has "${CC:-gcc}"; then packages+=(gcc libc6-dev); fi
	if [[ ${#packages[@]} -gt 0 ]]; then install "${packages[@]}"; fi
}

modules() {
	has go || fail "there is no Go; install Go 1.$go_minor or later and put it in PATH"
	local version
	version=$(go env GOVERSION)
	if [[ $version =~ ^go1\.([0-9]+) && ${BASH_REMATCH[1]} -lt $go_minor ]]; then
		fail "this is $version; install Go 1.$go_minor or later"
	fi
	go mod download || fail "could not download the Go modules; see above"
}

fixtures() {
	if ! has node || ! has npm; then
		fail "there is no Node; install Node $node_major or later, with npm"
	fi
	local version
	version=$(node --version)
	if [[ $version =~ ^v([0-9]+) && ${BASH_REMATCH[1]} -lt $node_major ]]; then
		fail "this is Node $version; install Node $node_major or later"
	fi
	# It knows by itself what is there already.
	go run ./fixtures/prepare </dev/null || fail "the npm packages could not be installed; see above"
}

all=(browser compiler modules fixtures)
want=("$@")
[[ $# -gt 0 ]] || want=("${all[@]}")
wanted() { [[ " ${want[*]} " == *" $1 "* ]]; }

for part in "${want[@]}"; do
	[[ " ${all[*]} " == *" $part "* ]] || fail "there is no part $part; there are: ${all[*]}"
done
debian
if wanted modules; then modules; fi
if wanted fixtures; then fixtures; fi
