#!/usr/bin/env bash
# The whole test suite, from a clean clone; arguments go to pytest. Brings its own X server where there is none.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
set_up test
cd -- "$root"

server=""
scratch=""
clean_up() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    [ -z "$scratch" ] || rm -rf -- "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts Xvfb on a free display of its own choice. xvfb-run would do, but needs xauth and reports no failure.
start_display() {
    command -v Xvfb >/dev/null 2>&1 || apt_install xvfb || true
    command -v Xvfb >/dev/null 2>&1 || die "the window's tests need Xvfb. Install it, then call again:
    sudo apt-get install xvfb"
    scratch="$(mktemp -d)"
    Xvfb -displayfd 3 -screen 0 1600x1200x24 -nolisten tcp 3>"$scratch/number" >"$scratch/log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        [ -s "$scratch/number" ] && break
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    [ -s "$scratch/number" ] || { cat -- "$scratch/log" >&2; die "Xvfb did not start"; }
    DISPLAY=":$(cat -- "$scratch/number")"
    export DISPLAY
}

[ -n "${DISPLAY:-}" ] || start_display
# Qt takes Wayland where it can; the tests look at windows through X.
export QT_QPA_PLATFORM=xcb
"$python" -m pytest "$@"
