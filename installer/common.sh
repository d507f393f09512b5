# shellcheck shell=sh disable=SC2034
# What install.sh and uninstall.sh share: where things go, and doing or only showing. Sourced, not run.

program=mobile-centre-kiosk
prefix=/opt/$program
bindir=/usr/local/bin
destdir=""
dry_run=no

fail() { echo "$*" >&2; exit 1; }
say() { echo "$*"; }

# Do a command, or with --dry-run say what it would be.
act() {
    if [ "$dry_run" = yes ]; then echo "would: $*"; else "$@"; fi
}

# The value of an option that needs one: value_of OPTION COUNT VALUE.
value_of() {
    [ "$2" -ge 2 ] || fail "$1 needs a value."
    printf '%s' "$3"
}

# Paths are written into units and scripts: absolute, of plain letters, and never a folder of the system.
check_path() {
    case "$2" in
    /*) ;;
    *) fail "$1 must be an absolute path: $2" ;;
    esac
    case "$2" in
    *[!A-Za-z0-9/._-]* | */../* | */..) fail "$1 may hold only letters, digits and / . _ - : $2" ;;
    esac
}
check_own_folder() {
    check_path "$1" "$2"
    case "${2%/}" in
    "" | /bin | /boot | /dev | /etc | /home | /lib | /opt | /proc | /root | /run | /sbin | /srv | /sys | /tmp | /usr | /usr/local | /var | /var/lib)
        fail "$1 must be a folder of its own, not $2" ;;
    esac
}

# As root on the machine itself; into a staging folder anyone may.
check_rights() {
    [ -n "$destdir" ] || [ "$dry_run" = yes ] || [ "$(id -u)" = 0 ] || fail "Run this as root: sudo $0"
}

# What systemd, udev and the desktop keep in their own lists; without them (a container, a staging folder) nothing.
refresh_system() {
    [ -z "$destdir" ] || return 0
    if [ -d /run/systemd/system ]; then act systemctl daemon-reload; fi
    if [ -d /run/udev ]; then
        act udevadm control --reload
        act udevadm trigger --subsystem-match=usb --subsystem-match=tty --action=change
    fi
    if command -v update-desktop-database >/dev/null; then
        act update-desktop-database -q "/usr/local/share/applications"
    fi
}
