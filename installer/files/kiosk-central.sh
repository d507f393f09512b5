#!/bin/sh
# The central server and its commands, on this machine's data unless KIOSK_CENTRAL names another folder.
: "${KIOSK_CENTRAL:=@CENTRAL_DATA@}"
export KIOSK_CENTRAL
# The release of this moment: an upgrade must not mix its modules into a program that runs.
exec "$(readlink -f @PREFIX@/current)/bin/python" -I -m central "$@"
