"""Payment terminals: frames, protocols and drivers. What a terminal is: `kiosk.core.card_terminal`."""
