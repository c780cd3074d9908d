#!/usr/bin/env bash
# From a clean clone to a running H3D Studio; a second call starts in seconds.
#
#     packaging/run.sh                          the studio, reconstructing the demo scan
#                                               (without a display: the same on the command line)
#     packaging/run.sh reconstruct SCAN ...     any h3dstudio command
#
# Needs Debian or Ubuntu with Python 3.11 or later. Missing system packages are installed where that is allowed
# without a password; otherwise the command to install them is printed.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
set_up run

# -P: a file in the working directory must not stand in for a library.
if [ $# -gt 0 ]; then
    exec "$python" -P -m h3dstudio "$@"
elif has_display; then
    exec "$python" -P -m h3dstudio studio --demo --start --views 8
else
    say "There is no display: reconstructing the demo scan on the command line."
    exec "$python" -P -m h3dstudio reconstruct demo --views 8
fi
