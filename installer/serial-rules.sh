#!/bin/sh
# Writes udev rules from serial-devices.tsv: who may open serial devices, and which ones no modem program may probe.
set -eu
cat <<'END'
# Made by the installer from its list of serial devices; changes here are lost at the next upgrade.
# ModemManager asks unknown ports for a modem with AT commands: a receipt printer prints them.
ACTION=="remove", GOTO="mobile_centre_kiosk_end"
SUBSYSTEM=="tty", SUBSYSTEMS=="usb", GROUP="dialout", MODE="0660"
END
awk -F '\t' '
    /^#/ || /^[[:space:]]*$/ { next }
    NF != 3 || $1 !~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/ || ($2 != "*" && $2 !~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/) {
        print FILENAME ":" FNR ": expected vendor, product (four small hex digits, or * for all), what it is" > "/dev/stderr"
        wrong = 1
        next
    }
    {
        print "# " $3
        match_usb = "ATTR{idVendor}==\"" $1 "\""
        match_tty = "ATTRS{idVendor}==\"" $1 "\""
        if ($2 != "*") {
            match_usb = match_usb ", ATTR{idProduct}==\"" $2 "\""
            match_tty = match_tty ", ATTRS{idProduct}==\"" $2 "\""
        }
        print "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", " match_usb ", ENV{ID_MM_DEVICE_IGNORE}=\"1\""
        print "SUBSYSTEM==\"tty\", " match_tty ", ENV{ID_MM_DEVICE_IGNORE}=\"1\", ENV{ID_MM_PORT_IGNORE}=\"1\""
    }
    END { exit wrong }' "$1"
echo 'LABEL="mobile_centre_kiosk_end"'
