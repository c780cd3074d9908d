#!/usr/bin/env bash
# The whole test suite, from a clean clone; arguments go to pytest ("-n 0" for one test at a time, in this
# process). A core takes its share of the tests, on a screen of its own, where Xvfb is there or can be installed.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
set_up test
cd -- "$root"

most_at_once=4
servers=()
scratch=""
memory=""
clean_up() {
    local server
    for server in ${servers[@]+"${servers[@]}"}; do
        { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    done
    [ -z "$scratch" ] || rm -rf -- "$scratch"
    [ -z "$memory" ] || rm -rf -- "$memory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts Xvfb on a free display of its own choice. xvfb-run would do, but needs xauth and reports no failure.
start_display() {
    local number="$scratch/number-${#servers[@]}" log="$scratch/log-${#servers[@]}"
    Xvfb -displayfd 3 -screen 0 1600x1200x24 -nolisten tcp 3>"$number" >"$log" 2>&1 &
    servers+=($!)
    for _ in $(seq 100); do
        [ -s "$number" ] && break
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    [ -s "$number" ] || { cat -- "$log" >&2; die "Xvfb did not start"; }
    H3DSTUDIO_TEST_DISPLAYS="${H3DSTUDIO_TEST_DISPLAYS:-} :$(cat -- "$number")"
}

workers="$("$python" -c 'import os; print(len(os.sched_getaffinity(0)))' 2>/dev/null || echo 1)"
[ "$workers" -le "$most_at_once" ] || workers="$most_at_once"
have_xvfb() { command -v Xvfb >/dev/null 2>&1; }
have_xvfb || [ -n "${DISPLAY:-}" ] || apt_install xvfb || true
if have_xvfb; then
    scratch="$(mktemp -d)"
    for _ in $(seq "$workers"); do start_display; done
    export H3DSTUDIO_TEST_DISPLAYS DISPLAY="${H3DSTUDIO_TEST_DISPLAYS##* }"
elif [ -n "${DISPLAY:-}" ]; then
    workers=0 # Two windows on one screen would take the keyboard from each other.
else
    die "the window's tests need Xvfb. Install it, then call again:
    sudo apt-get install xvfb"
fi
# Every file is flushed before it takes its place, and the tests write tens of thousands: what they leave goes
# into memory where there is plenty, half a gigabyte, and is gone with the last of them. On a disk the tests of
# kills wait for it ten times as long as they compute.
room() { df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }'; }
free_memory() { sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null; }
if [ -z "${TMPDIR:-}" ] && [ "$(room || true)0" -ge 20000000 ] && [ "$(free_memory || true)0" -ge 60000000 ]; then
    memory="$(mktemp -d -p /dev/shm h3dstudio-tests-XXXXXX)"
    export TMPDIR="$memory"
fi
# Qt takes Wayland where it can; the tests look at windows through X.
export QT_QPA_PLATFORM=xcb
# The tests that run beside each other share the cores; threads of each would only wait for one another.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
"$python" -m pytest -n "$workers" --dist worksteal "$@"
