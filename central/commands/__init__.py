"""The commands of the central server: `kiosk-central …`."""
