#!/bin/sh
# Runs a command under the lock file on any machine that has sh and some python3: finds a Python
# that is new enough (else uv brings one), finds uv (else puts it into .uv), installs, runs.
set -eu
cd "$(dirname "$0")/.."

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; }

pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions
if [ -z "${UV_PYTHON:-}" ]; then
  for candidate in python3.13 python3.12 python3.14 python3 \
    "$pyenv"/3.13.*/bin/python3 "$pyenv"/3.12.*/bin/python3 "$pyenv"/3.1[4-9].*/bin/python3; do
    found=$(command -v "$candidate" 2>/dev/null) || continue
    is_new_enough "$found" || continue
    # Not a shim: the executable it leads to.
    UV_PYTHON=$("$found" -c 'import sys; print(sys.executable)')
    export UV_PYTHON UV_PYTHON_DOWNLOADS=never
    break
  done
fi

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  uv=.uv/bin/uv
  if [ ! -x "$uv" ]; then
    echo "Getting uv, once, into .uv" >&2
    "${UV_PYTHON:-python3}" deploy/get_uv.py .uv
  fi
fi

# Where the machine keeps certificates (a company's proxy among them), uv is to heed them.
if [ -e /etc/ssl/certs/ca-certificates.crt ] || [ "$(uname)" = Darwin ]; then
  : "${UV_SYSTEM_CERTS:=1}" "${UV_NATIVE_TLS:=1}" # the option's name in newer and older uv
  export UV_SYSTEM_CERTS UV_NATIVE_TLS
fi

# Compiled now, not at every start: PYTHONDONTWRITEBYTECODE may be set.
export UV_COMPILE_BYTECODE=1
# Inexact: what runs the product leaves in place what tests it.
"$uv" sync --frozen --inexact --quiet
exec "$uv" run --frozen --no-sync "$@"
