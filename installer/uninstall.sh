#!/bin/sh
# Takes the program off this machine. The data folders stay: they hold money that may not have been sent yet.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

while [ $# -gt 0 ]; do
    case "$1" in
    --prefix) prefix=$(value_of "$1" $# "${2:-}"); shift ;;
    --destdir) destdir=$(value_of "$1" $# "${2:-}"); shift ;;
    --dry-run) dry_run=yes ;;
    --help | -h) echo "usage: uninstall.sh [--prefix FOLDER] [--destdir FOLDER] [--dry-run]"; exit 0 ;;
    *) fail "Not an option: $1" ;;
    esac
    shift
done
check_own_folder --prefix "$prefix"
[ -z "$destdir" ] || check_path --destdir "$destdir"
destdir=${destdir%/}
check_rights
manifest=$destdir$prefix/installed-files
[ -e "$manifest" ] || fail "Nothing was installed in $prefix (no $manifest)."

if [ -z "$destdir" ] && [ -d /run/systemd/system ] && grep -q '/kiosk-central.service$' "$manifest"; then
    act systemctl disable --now kiosk-central.service
fi
if [ -z "$destdir" ] && [ -d /run/systemd/system ] && grep -q '/kiosk-central@.service$' "$manifest"; then
    act systemctl disable --now kiosk-central-crl.timer
    act systemctl disable kiosk-central@.service
    act systemctl stop 'kiosk-central@*.service'
fi
kept=$(cat "$destdir$prefix/data-folders" 2>/dev/null || true)
while IFS= read -r file; do
    # A unit that systemd runs several times has an @ in its name, and nowhere else.
    check_path installed-files "$(printf '%s' "$file" | sed 's/@\.service$/.service/')"
    act rm -f "$destdir$file"
done <"$manifest"
act rm -rf "$destdir$prefix"
refresh_system
if [ "$dry_run" = yes ]; then say "Nothing was changed."; exit 0; fi
say "The program is gone."
for folder in $kept; do
    if [ -d "$destdir$folder" ]; then
        say "The data stays in $destdir$folder. Remove it only when everything in it was sent and a back-up was proved."
    fi
done
