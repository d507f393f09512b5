#!/bin/sh
# Makes everything a make target needs: system packages, virtual environment, locked dependencies.
# As root it installs missing Debian packages; otherwise it names them in one line to copy.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
stamp=$venv/.installed

# Packages of Debian 12 and 13. QtGui loads the EGL, GL, xkbcommon, D-Bus and font libraries at import.
# desktop-file-utils, shellcheck and systemd (systemd-analyze) check what installer/ puts on a machine.
# swtpm is the security chip of the tests, postgresql the database of the centre's tests, nginx and haproxy the
# proxies before it: tests start their own of each.
packages="ca-certificates desktop-file-utils git haproxy libdbus-1-3 libegl1 libfontconfig1 libgl1 libxkbcommon0
    nginx poppler-utils postgresql shellcheck strace swtpm systemd"
# Where there is a display, `make demo` and `make run` open a window on it, by X11 or Wayland.
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    packages="$packages libwayland-client0 libwayland-cursor0 libwayland-egl1 libxcb-cursor0 libxcb-icccm4
        libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
fi

python_fits() { "$1" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }
find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && python_fits "$candidate" && { command -v "$candidate"; return; }
    done
    return 1
}

if command -v dpkg-query >/dev/null 2>&1; then
    # A Python from Debian needs the package that carries its venv module; any other brings its own.
    python=$(find_python || true)
    if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        packages="$packages python3 python3-venv"
    fi
    missing=""
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        if [ "$(id -u)" = 0 ]; then
            echo "Installing system packages:$missing"
            # Debian starts a web server the moment it is installed; a proxy that came for the tests stays off.
            for service in nginx haproxy; do
                case "$missing " in *" $service "*)
                    if command -v systemctl >/dev/null 2>&1; then
                        echo "$service is masked (to use it yourself: systemctl unmask $service)"
                        systemctl mask -q "$service.service"
                    fi ;;
                esac
            done
            apt-get update -q
            DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
        else
            echo "System packages are missing. Install them with this line, then run make again:" >&2
            echo "  sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
            exit 1
        fi
    fi
fi

python=$(find_python) || { echo "Python 3.11, 3.12 or 3.13 is needed (set PYTHON=/path/to/python to name one)." >&2; exit 1; }

fingerprint=$(cat requirements-dev.lock pyproject.toml tools/setup.sh | sha256sum | cut -d' ' -f1)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$fingerprint" ] && python_fits "$venv/bin/python"; then
    exit 0
fi
python_fits "$venv/bin/python" || { rm -rf "$venv"; "$python" -m venv "$venv"; }
echo "Installing the locked dependencies into $venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$fingerprint" > "$stamp"
