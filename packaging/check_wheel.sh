#!/usr/bin/env bash
# What a user of the wheel gets: builds it, installs it into a new environment with nothing but its own
# requirements (at the tested versions), and reconstructs the demo scan from there, away from this checkout.
# Prints sizes and seconds. Everything is made in a temporary folder, which is removed.
#
#     packaging/check_wheel.sh [QUALITY]        draft (default), standard or high
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
set_up run

quality="${1:-draft}"
scratch="$(mktemp -d)"
trap 'rm -rf -- "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
megabytes() { du -sm -- "$1" | cut -f 1; }
since() { echo $((SECONDS - $1)); }

# setuptools leaves its rests beside the source, so it gets a copy.
mkdir -- "$scratch/source" "$scratch/away"
(cd -- "$root" && cp -R h3dstudio resources pyproject.toml README.md LICENSE "$scratch/source/")
"$python" -m pip --disable-pip-version-check wheel -q --no-deps --no-build-isolation \
    -w "$scratch" "$scratch/source" >&2
wheel="$(echo "$scratch"/h3dstudio-*.whl)"

fresh="$scratch/venv"
begun=$SECONDS
"$python" -m venv "$fresh"
"$fresh/bin/python" -m pip --disable-pip-version-check install -q -c "$root/packaging/constraints.txt" \
    "$wheel" </dev/null >&2
"$fresh/bin/python" -m pip --disable-pip-version-check check >&2
say "Wheel $(megabytes "$wheel") MB; environment $(megabytes "$fresh") MB, made and filled in $(since "$begun") s"

# As a user's shell would: nothing of this checkout or its environment is on any path.
cd -- "$scratch/away"
unset PYTHONPATH VIRTUAL_ENV
"$fresh/bin/h3dstudio" --version >&2
begun=$SECONDS
"$fresh/bin/h3dstudio" reconstruct demo --quality "$quality" --out run --log-level warning >&2
"$fresh/bin/python" -P - "$scratch" <<'PYTHON' >&2
import sys
from pathlib import Path

import h3dstudio
from h3dstudio.data.mesh_files import read_mesh

where = Path(h3dstudio.__file__).resolve()
if not where.is_relative_to(Path(sys.argv[1]).resolve()):
    sys.exit(f"error: this was h3dstudio from {where}, not the wheel's")
mesh = read_mesh(Path("run/mesh.ply"))
size = (mesh.vertices.max(axis=0) - mesh.vertices.min(axis=0)).round()
if len(mesh.faces) < 10_000 or not (100 < size).all() or not (size < 600).all():
    sys.exit(f"error: {len(mesh.faces)} faces of {size} mm are no head")
PYTHON
say "Demo scan, 3 views, $quality: $(since "$begun") s"
