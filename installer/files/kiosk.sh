#!/bin/sh
# The kiosk and its commands, on this machine's data unless KIOSK_STORE names another folder.
: "${KIOSK_STORE:=@DATA@/store}"
export KIOSK_STORE
# The release of this moment: an upgrade must not mix its modules into a program that runs.
exec "$(readlink -f @PREFIX@/current)/bin/python" -I -m kiosk "$@"
