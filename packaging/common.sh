# Shared by run.sh, test.sh and .ci/run, which source it. Makes .venv beside the package ready:
#
#     set_up run      what the studio and the command line need
#     set_up test     the same, and what the tests need
#
# Everything is checked before anything is changed, so a second call does nothing and needs no network.
# Set H3DSTUDIO_PYTHON to choose the interpreter of a new environment.

root="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv="$root/.venv"
python="$venv/bin/python"

# libraries_for core|window: a line for each, the shared library and the package that brings it.
libraries_for() { sed -n "s/^$1[[:space:]][[:space:]]*//p" "$root/resources/system_libraries.txt"; }
core_libraries="$(libraries_for core)"
window_libraries="$(libraries_for window)"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
has_display() { [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }

# --- system packages ---------------------------------------------------------------------------------------

# Whether packages may be installed without asking for a password; `as_root` holds what goes before apt-get.
may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root=()
    [ "$(id -u)" = 0 ] && return 0
    as_root=(sudo -n)
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null
}

# apt_install PACKAGE...: quietly; fails where it may not or cannot.
apt_install() {
    may_install || return 1
    say "Installing system packages: $*"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    # The list of packages may never have been fetched, or be too old: try without first, it is the slow part.
    "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null 2>&1 && return 0
    "${apt[@]}" update </dev/null >&2 || true
    "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >&2
}

# missing_packages PYTHON LIST: packages of the libraries in LIST that cannot be loaded. Asks the loader itself.
missing_packages() {
    "$1" - "$2" <<'PYTHON'
import ctypes, sys
for line in sys.argv[1].split("\n"):
    if line:
        library, package = line.split()
        try:
            ctypes.CDLL(library)
        except OSError:
            print(package)
PYTHON
}

# need_libraries WHAT LIST: have them installed, or end with the command that does.
need_libraries() {
    local missing
    [ "$(uname -s)" = Linux ] || return 0
    missing="$(missing_packages "$python" "$2" | sort -u | tr '\n' ' ')"
    [ -z "$missing" ] && return 0
    # shellcheck disable=SC2086  # one word a package
    apt_install $missing || true
    missing="$(missing_packages "$python" "$2" | sort -u | tr '\n' ' ')"
    [ -z "$missing" ] || die "$1 needs system libraries that are not there. Install them, then call again:
    sudo apt-get install ${missing% }"
}

# --- Python and the environment ----------------------------------------------------------------------------

# fits PYTHON [NEWEST]: whether it runs, is 3.11 or later, and not later than NEWEST (a shim may do neither).
fits() {
    "$1" -c 'import sys; v = sys.version_info[:2]
sys.exit(not ((3, 11) <= v and (len(sys.argv) < 2 or v <= (3, int(sys.argv[1])))))' ${2:+"$2"} >/dev/null 2>&1
}

# Prints the interpreter for a new environment: first one the constraints were made for, then any later one.
find_python() {
    local name newest
    if [ -n "${H3DSTUDIO_PYTHON:-}" ]; then
        fits "$H3DSTUDIO_PYTHON" || die "H3DSTUDIO_PYTHON=$H3DSTUDIO_PYTHON is not Python 3.11 or later"
        printf '%s\n' "$H3DSTUDIO_PYTHON"
        return
    fi
    for newest in 13 ""; do
        for name in python3 python3.13 python3.12 python3.11 python; do
            if command -v "$name" >/dev/null 2>&1 && fits "$name" ${newest:+"$newest"}; then
                command -v "$name"
                return
            fi
        done
    done
    return 1
}

whole_environment() {
    [ -x "$python" ] && fits "$python" && "$python" -m pip --version >/dev/null 2>&1
}

make_environment() {
    local base version
    if ! base="$(find_python)"; then
        apt_install python3 python3-venv || apt_install python3.11 python3.11-venv || true
        base="$(find_python)" || die "Python 3.11 or later is needed. Install it, then call again:
    sudo apt-get install python3 python3-venv        (or python3.11 python3.11-venv)"
    fi
    if [ -e "$venv" ]; then
        [ -d "$venv" ] && { [ -e "$venv/pyvenv.cfg" ] || [ -e "$venv/bin" ] || [ -z "$(ls -A "$venv")" ]; } ||
            die "$venv exists and is no Python environment. Remove or rename it, then call again"
        say "The environment in $venv is incomplete or does not run any more: making it anew."
        rm -rf -- "$venv"
    fi
    if ! "$base" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version="$("$base" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"
        apt_install "$version-venv" || apt_install python3-venv || true
        "$base" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            die "Python's venv module is missing. Install it, then call again:
    sudo apt-get install $version-venv        (or python3-venv)"
    fi
    say "Making a Python environment in $venv"
    "$base" -m venv "$venv" || die "the environment could not be made in $venv"
}

# What an installed environment depends on, as one word: if it changes, packages are installed again.
fingerprint() {
    { printf '%s\n' "$root"; cat -- "$root/pyproject.toml" "$root/packaging/constraints.txt"
      "$python" --version; } | cksum | tr -d ' \n'
}

# For Linux on x86_64 the package index has PyTorch with CUDA alone. Whoever has no use for it names an index
# that has the CPU build, and pip takes that one, as it takes everything else: from its own settings.
advise_small_torch() {
    [ "$(uname -sm)" = "Linux x86_64" ] && [ ! -e /proc/driver/nvidia ] || return 0
    "$python" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)' && return 0
    case "$("$python" -m pip config list 2>/dev/null)" in *index-url*|*find-links*) return 0 ;; esac
    say "Note: pip will fetch PyTorch with CUDA, several GB that a computer without an NVIDIA card has no use for.
    To avoid it, stop this (Ctrl-C), and call it again with the address of PyTorch's CPU index, which the
    Get Started page of PyTorch gives for Linux, Pip, CPU:
        PIP_EXTRA_INDEX_URL=ADDRESS $0"
}

# install_packages run|test
install_packages() {
    local wanted what stamp
    wanted="$(fingerprint)"
    for what in "$1" test; do
        stamp="$venv/h3dstudio-$what.stamp"
        [ -f "$stamp" ] && [ "$(cat -- "$stamp")" = "$wanted" ] && return 0
    done
    rm -f -- "$venv"/h3dstudio-*.stamp
    advise_small_torch
    say "Installing H3D Studio and what it needs into $venv (once; this takes a few minutes)"
    (
        cd -- "$root"
        pip=("$python" -m pip --disable-pip-version-check install)
        [ -t 2 ] || pip+=(-q)
        constrained=("${pip[@]}" -c packaging/constraints.txt)
        if [ "$1" = test ]; then
            "${constrained[@]}" -e ".[test]"
            # Only its evaluator is used; what the rest of it asks for (OpenCV's Qt) breaks the window.
            "${pip[@]}" --no-deps "h3ds==0.4.0"
        else
            "${constrained[@]}" -e .
        fi
    ) </dev/null >&2 || die "the packages could not be installed (see above). Check the network, then call again"
    printf '%s\n' "$wanted" >"$venv/h3dstudio-$1.stamp"
}

# set_up run|test
set_up() {
    # Two calls at once would spoil each other's environment: the second waits.
    exec 9<"$root"
    ! command -v flock >/dev/null 2>&1 || flock 9
    whole_environment || make_environment
    install_packages "$1"
    need_libraries "H3D Studio" "$core_libraries"
    if [ "$1" = test ] || has_display; then
        need_libraries "The window" "$window_libraries"
    fi
    exec 9<&-
}
