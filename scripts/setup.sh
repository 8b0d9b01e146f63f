#!/bin/sh
# Make the virtual environment that every target uses, or say exactly what the machine lacks.
set -eu
venv="$1"
python="${PYTHON:-python3}"

missing() {
  echo "safetyrules: $1" >&2
  echo "  on Debian or Ubuntu: apt-get install $2" >&2
  exit 1
}

command -v "$python" >/dev/null 2>&1 || missing "Python 3.11 or newer is needed, and '$python' was not found." "python3 python3-venv python3-dev"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  missing "Python 3.11 or newer is needed; '$python' is $("$python" -c 'import platform; print(platform.python_version())'). Set PYTHON=... to use another." "python3.11 python3.11-venv python3.11-dev"
"$python" -c 'import venv, ensurepip' 2>/dev/null || missing "the module venv (with ensurepip) is missing." "python3-venv"
# durable-rules is built from source; from Python 3.13 on it can't be imported and is not installed.
if "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then
  command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || missing "a C compiler is needed to build durable-rules." "build-essential"
  header=$("$python" -c 'import sysconfig, pathlib; print(pathlib.Path(sysconfig.get_path("include"), "Python.h"))')
  [ -f "$header" ] || missing "the Python headers are missing ($header)." "python3-dev"
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e '.[dev,optimal]'
"$venv/bin/python" -m safetyrules.loading.bundled   # the compiled form of packs and catalog, for a fast start
