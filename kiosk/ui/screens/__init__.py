"""The screens, one task each: `<task>_screen.py` draws, `<task>_presenter.py` decides and has no Qt."""

SCREENS: dict[str, str] = {
    "receipt": "kiosk.ui.screens.receipt_screen:ReceiptScreen",
    "pay": "kiosk.ui.screens.pay_screen:PayScreen",
    "approval": "kiosk.ui.screens.approval_screen:ApprovalScreen",
    "card_doubt": "kiosk.ui.screens.card_doubt_screen:CardDoubtScreen",
    "card_open": "kiosk.ui.screens.card_open_screen:CardOpenScreen",
    "card_pay": "kiosk.ui.screens.card_pay_screen:CardPayScreen",
    "cash": "kiosk.ui.screens.cash_screen:CashScreen",
    "collect": "kiosk.ui.screens.collect_screen:CollectScreen",
    "drawer": "kiosk.ui.screens.drawer_screen:DrawerScreen",
    "held": "kiosk.ui.screens.held_screen:HeldScreen",
    "home": "kiosk.ui.screens.home_screen:HomeScreen",
    "outage": "kiosk.ui.screens.outage_screen:OutageScreen",
    "queue": "kiosk.ui.screens.queue_screen:QueueScreen",
    "receive": "kiosk.ui.screens.receive_screen:ReceiveScreen",
    "report": "kiosk.ui.screens.report_screen:ReportScreen",
    "serve": "kiosk.ui.screens.serve_screen:ServeScreen",
    "settings": "kiosk.ui.screens.settings_screen:SettingsScreen",
    "shift": "kiosk.ui.screens.shift_screen:ShiftScreen",
    "shift_close": "kiosk.ui.screens.shift_close_screen:ShiftCloseScreen",
    "shift_open": "kiosk.ui.screens.shift_open_screen:ShiftOpenScreen",
    "stops": "kiosk.ui.screens.stops_screen:StopsScreen",
    "short_number": "kiosk.ui.screens.short_number_screen:ShortNumberScreen",
    "unlock": "kiosk.ui.screens.unlock_screen:UnlockScreen",
    "void": "kiosk.ui.screens.void_screen:VoidScreen",
}
"""Each screen by name, as `module:Class`; it is imported and built when it is first shown."""
