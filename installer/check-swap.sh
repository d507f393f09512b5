#!/bin/sh
# Warns when memory can reach the disk in the clear: an open kiosk holds keys and names (docs/decisions/0012).
# Ends with 1 when there is swap that is not known to be encrypted. Compressed memory (zram) never reaches a disk.
set -eu
swaps=${1:-/proc/swaps}
[ -r "$swaps" ] || exit 0

# Is this block device, or one that it lies on, a mapping of dm-crypt?
encrypted() { lsblk -n -s -o TYPE "$1" 2>/dev/null | grep -q crypt; }

code=0
while read -r name kind _; do
    case "$name" in
    Filename | /dev/zram* | "") continue ;;
    esac
    device=$name
    if [ "$kind" = file ]; then device=$(findmnt -n -v -o SOURCE -T "$name" 2>/dev/null || true); fi
    if [ -z "$device" ] || ! encrypted "$device"; then
        echo "WARNING: swap is on and not encrypted: $name" >&2
        code=1
    fi
done <"$swaps"
if [ "$code" != 0 ]; then
    echo "Pages of memory with keys and names can reach the disk. Encrypt it (crypttab, swap on LUKS) or turn it off:" >&2
    echo "  swapoff -a, and take its line out of /etc/fstab. Hibernation must be off as well." >&2
fi
exit "$code"
