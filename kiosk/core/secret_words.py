"""What holds the device secret and what secret numbers are therefore in force, in words, by backend."""

from collections.abc import Mapping

from kiosk.core.errors import InBoth

SECRET_WORDS: Mapping[str, InBoth] = {
    "file": InBoth(
        "سر الجهاز في ملف على هذا الحاسب، ولا شيء يحد من المحاولات: الرقم السري 14 رقمًا يختارها البرنامج.",
        "The device secret is a file of this computer and nothing limits tries: "
        "secrets are 14 digits that the program chooses.",
    ),
    "keyring": InBoth(
        "سر الجهاز في خزينة كلمات السر، وهي لا تحد من عدد المحاولات: الرقم السري 14 رقمًا يختارها البرنامج.",
        "The device secret is in the system's keyring, which does not limit tries: "
        "secrets are 14 digits that the program chooses.",
    ),
    "tpm": InBoth(
        "سر الجهاز في شريحة أمان تعدّ المحاولات الخاطئة: يكفي رقم سري من 6 إلى 12 رقمًا، ولصاحبه أن يختاره.",
        "The device secret is in a security chip that counts wrong tries: "
        "a secret of 6 to 12 digits is enough, and its owner may choose it.",
    ),
}
"""Shown by `kiosk doctor`, at set-up and on the settings screen."""
