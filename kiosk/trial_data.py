"""The datasets of a trial device, compiled from the files shipped with the program."""

from kiosk.catalogue_files import shipped_catalogue
from kiosk.core.catalogue.plain import to_plain
from kiosk.core.wire.canonical import canonical
from kiosk.desk.setup import TrialData
from kiosk.fee_tables import shipped_fee_tables
from kiosk.resources import read_resource
from kiosk.zone_files import shipped_zone_text


def shipped_trial_data() -> TrialData:
    """Compile catalogue and fees; policy and zone go as written. Raises what their checks raise."""
    return TrialData(
        catalogue=canonical(to_plain(shipped_catalogue())),
        fees=canonical(shipped_fee_tables().to_plain()),
        policy=read_resource("policy", "default.yaml").encode(),
        zone=shipped_zone_text().encode(),
    )
