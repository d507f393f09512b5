"""Tools of the people who build the kiosk; none of them is shipped."""
