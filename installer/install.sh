#!/bin/sh
# Installs the kiosk, the central server or both on Debian 12 or 13, and upgrades what is there. See docs/installing.md.
# A new version is built beside the old one and takes its place only after it has answered.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
here=$source/installer
. "$here/common.sh"

data=/var/lib/$program
central_data=/var/lib/mobile-centre-central
user=kiosk
central_user=kiosk-central
with_kiosk=no
with_central=no
with_program=yes
with_packages=yes
wheels=""
python=${PYTHON:-}
# hatchling, which builds the package, and what it needs.
build_tools="hatchling packaging pathspec pluggy tomlkit trove-classifiers"

usage() {
    cat <<END
usage: install.sh [--kiosk] [--central] [OPTION…]
  --kiosk            the kiosk with its desktop entry, service and device rules (without --central: the default)
  --central          the central server and its service; kiosk commands come along, for tools
  --user NAME        the account that works at the kiosk; made when it is missing (default: kiosk)
  --data FOLDER      the device's data (default: /var/lib/mobile-centre-kiosk)
  --central-data FOLDER  the centre's data (default: /var/lib/mobile-centre-central)
  --prefix FOLDER    where the program goes (default: /opt/mobile-centre-kiosk)
  --bindir FOLDER    where the commands go (default: /usr/local/bin)
  --wheels FOLDER    take every library from this folder and ask no network
  --python FILE      the Python to use, 3.11 to 3.13 (default: python3)
  --destdir FOLDER   put everything below this folder and change nothing on this machine
  --without-program  no virtual environment: only commands, units, rules and desktop entry
  --no-system-packages  do not install Debian packages
  --dry-run          only say what would be done
END
}

read_options() {
    while [ $# -gt 0 ]; do
        case "$1" in
        --kiosk) with_kiosk=yes ;;
        --central) with_central=yes ;;
        --without-program) with_program=no ;;
        --no-system-packages) with_packages=no ;;
        --dry-run) dry_run=yes ;;
        --help | -h) usage; exit 0 ;;
        --user) user=$(value_of "$1" $# "${2:-}"); shift ;;
        --data) data=$(value_of "$1" $# "${2:-}"); shift ;;
        --central-data) central_data=$(value_of "$1" $# "${2:-}"); shift ;;
        --prefix) prefix=$(value_of "$1" $# "${2:-}"); shift ;;
        --bindir) bindir=$(value_of "$1" $# "${2:-}"); shift ;;
        --wheels) wheels=$(value_of "$1" $# "${2:-}"); shift ;;
        --python) python=$(value_of "$1" $# "${2:-}"); shift ;;
        --destdir) destdir=$(value_of "$1" $# "${2:-}"); shift ;;
        *) usage >&2; fail "Not an option: $1" ;;
        esac
        shift
    done
    [ "$with_central" = yes ] || with_kiosk=yes
    check_own_folder --prefix "$prefix"
    check_own_folder --data "$data"
    check_own_folder --central-data "$central_data"
    check_path --bindir "$bindir"
    case "$user" in
    "" | -* | *[!a-z0-9_-]* | root) fail "--user must be an ordinary account: $user" ;;
    esac
    [ -z "$destdir" ] || check_path --destdir "$destdir"
    [ -z "$wheels" ] || [ -d "$wheels" ] || fail "--wheels is not a folder: $wheels"
    destdir=${destdir%/}
    check_rights
}

# --- Debian packages: Python, and what Qt loads for a window on X11 and Wayland

install_packages() {
    if [ -n "$destdir" ] || [ "$with_packages" = no ]; then return; fi
    packages="python3 python3-venv"
    if [ "$with_kiosk" = yes ]; then
        packages="$packages libdbus-1-3 libegl1 libfontconfig1 libgl1 libwayland-client0 libwayland-cursor0
            libwayland-egl1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
            libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libxkbcommon0"
    fi
    missing=""
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    [ -n "$wheels" ] || act apt-get update -q
    # shellcheck disable=SC2086  # a list of names
    DEBIAN_FRONTEND=noninteractive act apt-get install -q -y --no-install-recommends $missing
}

# --- accounts and data folders

make_accounts() {
    if [ "$with_kiosk" = yes ]; then
        id -u "$user" >/dev/null 2>&1 || act useradd --create-home --shell /bin/bash "$user"
        # Debian gives serial ports to this group.
        act usermod --append --groups dialout "$user"
    fi
    if [ "$with_central" = yes ]; then
        id -u "$central_user" >/dev/null 2>&1 ||
            act useradd --system --home-dir "$central_data" --no-create-home --shell /usr/sbin/nologin "$central_user"
    fi
}

# The data of citizens: nobody but the one account may even list it. What is in it is left alone.
make_data_folder() {
    act install -d -m 0700 "$destdir$1"
    if [ -z "$destdir" ]; then act chown "$2:" "$1"; fi
    if [ "$dry_run" = no ]; then add_line data-folders "$1"; fi
}

# Into a list below the prefix, once.
add_line() {
    list=$destdir$prefix/$1
    if ! grep -qxF "$2" "$list" 2>/dev/null; then echo "$2" >>"$list"; fi
}

# --- the program: one folder a release, `current` points at the one in use

pip() {
    environment=$1 verb=$2
    shift 2
    if [ -n "$wheels" ]; then set -- --no-index -f "$wheels" "$@"; fi
    "$environment/bin/python" -I -m pip "$verb" -q --disable-pip-version-check "$@"
}

# The lines of these packages in a lock file, with their hashes.
locked() {
    file=$1
    shift
    awk -v names="$*" '
        BEGIN { count = split(names, list, " "); for (at = 1; at <= count; at++) wanted[list[at]] = 1 }
        /^[A-Za-z0-9]/ { split($1, part, "=="); keep = part[1] in wanted }
        keep && !/^ *#/ { print }' "$file"
}

check_python() {
    python=$(command -v "${python:-python3}") || fail "Python is missing: apt-get install python3 python3-venv"
    "$python" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
        fail "Python 3.11, 3.12 or 3.13 with its venv module is needed: $python does not fit (--python FILE)."
}

release_name() {
    (
        cd "$source"
        find kiosk central resources pyproject.toml "$lock" -type f ! -name '*.pyc' -print0 |
            sort -z | xargs -0 sha256sum
        "$python" -c 'import sys; print(sys.version)'
    ) | sha256sum | cut -c1-16
}

build_release() {
    release=$1
    build=$(mktemp -d)
    # shellcheck disable=SC2064  # this folder, also when another is made later
    trap "rm -rf '$build'" EXIT
    rm -rf "$release"
    "$python" -I -m venv "$release"
    say "Installing the locked libraries of $lock"
    pip "$release" install --require-hashes -r "$source/$lock"
    # What builds the package is locked too, and stays out of the installed program.
    "$python" -I -m venv "$build/venv"
    # shellcheck disable=SC2086  # a list of names
    locked "$source/requirements-dev.lock" $build_tools >"$build/tools.lock"
    pip "$build/venv" install --require-hashes -r "$build/tools.lock"
    pip "$build/venv" wheel --no-deps --no-build-isolation --wheel-dir "$build" "$source"
    pip "$release" install --no-deps --no-index "$build"/*.whl
    "$release/bin/python" -I -m kiosk --version >/dev/null || fail "The new version does not start; the old one stays."
    touch "$release/.complete"
    rm -rf "$build"
    trap - EXIT
}

install_program() {
    lock=requirements.lock
    [ "$with_central" = no ] || lock=requirements-central.lock
    check_python
    name=$(release_name)
    release=$destdir$prefix/releases/$name
    if [ ! -e "$release/.complete" ]; then
        say "Building release $name"
        act build_release "$release"
    fi
    act ln -sfn "releases/$name" "$destdir$prefix/current.new"
    act mv -T "$destdir$prefix/current.new" "$destdir$prefix/current"
    # The release before this one stays, to go back to; older ones go.
    for old in $(find "$destdir$prefix/releases" -mindepth 1 -maxdepth 1 -type d ! -name "$name" -printf '%T@ %p\n' \
        2>/dev/null | sort -rn | cut -d' ' -f2- | tail -n +2); do
        act rm -rf "$old"
    done
}

# --- files of the system, each noted in the manifest that uninstall.sh reads

put() {
    mode=$1 from=$2 to=$3
    if [ "$dry_run" = yes ]; then say "would: write $destdir$to"; return; fi
    work=$(mktemp)
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@BINDIR@|$bindir|g" -e "s|@DATA@|$data|g" -e "s|@USER@|$user|g" \
        -e "s|@CENTRAL_DATA@|$central_data|g" -e "s|@CENTRAL_USER@|$central_user|g" "$from" >"$work"
    install -D -m "$mode" "$work" "$destdir$to"
    rm -f "$work"
    note "$to"
}

# A file that people edit: written once, never over their changes.
put_once() {
    if [ -e "$destdir$3" ]; then note "$3"; else put "$@"; fi
}

note() { add_line installed-files "$1"; }

put_rules() {
    rules=$(mktemp)
    "$here/serial-rules.sh" "$here/serial-devices.tsv" >"$rules" || fail "installer/serial-devices.tsv has a mistake."
    put 644 "$rules" /etc/udev/rules.d/70-$program.rules
    rm -f "$rules"
    put_once 644 "$here/files/roles.rules" /etc/udev/rules.d/71-$program-roles.rules
}

install_files() {
    put 755 "$here/files/kiosk.sh" "$bindir/kiosk"
    if [ "$with_kiosk" = yes ]; then
        put 644 "$here/files/$program.service" /usr/local/lib/systemd/user/$program.service
        put 644 "$here/files/$program.desktop" /usr/local/share/applications/$program.desktop
        put 644 "$here/files/$program.svg" /usr/local/share/icons/hicolor/scalable/apps/$program.svg
        put_rules
        if [ "$dry_run" = no ]; then
            wants=/etc/systemd/user/graphical-session.target.wants
            install -d -m 0755 "$destdir$wants"
            ln -sfn /usr/local/lib/systemd/user/$program.service "$destdir$wants/$program.service"
            note "$wants/$program.service"
        fi
    fi
    if [ "$with_central" = yes ]; then
        put 755 "$here/files/kiosk-central.sh" "$bindir/kiosk-central"
        put 644 "$here/files/kiosk-central.service" /usr/local/lib/systemd/system/kiosk-central.service
        put_once 644 "$here/files/kiosk-central.default" /etc/default/kiosk-central
        for unit in kiosk-central@.service kiosk-central-crl.service kiosk-central-crl.timer; do
            put 644 "$here/central/$unit" "/usr/local/lib/systemd/system/$unit"
        done
        for proxy in nginx.conf haproxy.cfg; do
            put 644 "$here/central/$proxy" "/usr/local/share/kiosk-central/$proxy"
        done
    fi
    act install -m 755 "$here/uninstall.sh" "$destdir$prefix/uninstall.sh"
    act install -m 644 "$here/common.sh" "$destdir$prefix/common.sh"
}

claim_prefix() {
    if [ -d "$destdir$prefix" ] && [ ! -e "$destdir$prefix/installed-files" ] &&
        [ -n "$(find "$destdir$prefix" -mindepth 1 -maxdepth 1 -print -quit)" ]; then
        fail "$prefix holds something else: name another folder with --prefix."
    fi
    act install -d -m 0755 "$destdir$prefix/releases"
    act touch "$destdir$prefix/installed-files"
}

read_options "$@"
umask 022
claim_prefix
install_packages
if [ "$with_program" = yes ]; then install_program; fi
if [ -z "$destdir" ]; then make_accounts; fi
if [ "$with_kiosk" = yes ]; then make_data_folder "$data" "$user"; fi
if [ "$with_central" = yes ]; then make_data_folder "$central_data" "$central_user"; fi
install_files
refresh_system
if [ "$dry_run" = yes ]; then say "Nothing was changed."; exit 0; fi
say "Installed in $destdir$prefix."
if [ "$with_kiosk" = yes ]; then
    say "Next: enrol this device as $user (kiosk provision), then log in as $user: the kiosk starts by itself."
fi
if [ "$with_central" = yes ]; then
    say "Next: runuser -u $central_user -- kiosk-central keys init …, then systemctl enable --now kiosk-central"
fi
if [ -z "$destdir" ]; then "$here/check-swap.sh" || true; fi
