"""Situations of what makes entries safe at the centre: standbys, the archive of WAL, its base back-up."""

from kiosk.core.errors import Kind, Situation


def _of(kind: Kind, ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(kind, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_NAMING = {
    "safe.postgres_only": _of(
        Kind.REFUSED,
        "المركز هنا يعمل على SQLite، ولا خادم احتياطيًا له.",
        "خذ نسخًا احتياطية: kiosk-central backup",
        "The centre here runs on SQLite, which has neither standbys nor an archive of WAL.",
        "Make back-ups: kiosk-central backup",
    ),
    "safe.bad_name": _of(
        Kind.INPUT,
        "الاسم {name} لا يصلح لخادم احتياطي.",
        "اكتب application_name من primary_conninfo في إعدادات الخادم الاحتياطي.",
        "{name} cannot be the name of a standby.",
        "Give the application_name that stands in the standby's primary_conninfo.",
    ),
    "safe.vouch_needed": _of(
        Kind.REFUSED,
        "لا يعرف الخادم أين يُحفظ أرشيف WAL.",
        "تأكد أن الأرشيف والنسخة الأساسية خارج هذا الجهاز، ثم أعد الأمر مع --off-machine",
        "The server cannot see where the archive of WAL lies.",
        "Make sure that archive and base lie off this machine, then give the command with --off-machine",
    ),
    "safe.unknown": _of(
        Kind.INPUT,
        "لا يوجد {name} بين ما يُعتمد عليه في الأمان.",
        "راجع القائمة: kiosk-central safe show",
        "{name} is not among what counts as evidence.",
        "See the list: kiosk-central safe show",
    ),
    "safe.base_missing": _of(
        Kind.INPUT,
        "لا توجد نسخة أساسية في {path}.",
        "اكتب مجلد pg_basebackup الذي فيه backup_manifest، أو ملف .backup من الأرشيف.",
        "There is no base back-up in {path}.",
        "Name the folder of pg_basebackup that holds backup_manifest, or a .backup file of the archive.",
    ),
    "safe.base_damaged": _of(
        Kind.DAMAGED,
        "النسخة الأساسية في {path} غير سليمة: {reason}",
        "لا تعتمد عليها. خذ نسخة أساسية جديدة.",
        "The base back-up in {path} is not whole: {reason}",
        "Do not rely on it. Make another one.",
    ),
    "safe.other_base": _of(
        Kind.REFUSED,
        "النسخة الأساسية في {path} ليست من هذه القاعدة أو أُخذت قبل آخر تبديل لها.",
        "خذ نسخة أساسية من القاعدة الحالية، ثم أعد الأمر.",
        "The base back-up in {path} is not of this database, or older than its last failover.",
        "Make a base of the present database, then give the command again.",
    ),
}
_LOOKING = {
    "safe.changed": _of(
        Kind.REFUSED,
        "انتقلت القاعدة إلى خادم آخر أو استُرجعت بعد تحديد هذا الدليل.",
        "تأكد مما هو خارج الخادم الحالي، ثم حدده من جديد: kiosk-central safe",
        "The database failed over or was put back after this was named.",
        "Look what lies apart from the present server, then name it again: kiosk-central safe",
    ),
    "safe.not_connected": _of(
        Kind.ENVIRONMENT,
        "الخادم الاحتياطي غير متصل.",
        "راجع الخادم الاحتياطي واسمه في primary_conninfo.",
        "The standby is not connected.",
        "Look at the standby, and at its name in primary_conninfo.",
    ),
    "safe.not_allowed": _of(
        Kind.ENVIRONMENT,
        "لا يحق لمستخدم المركز أن يرى حالة الخوادم الاحتياطية.",
        "نفّذ في PostgreSQL: GRANT pg_read_all_stats TO kiosk_central",
        "The centre's role may not see how far standbys are.",
        "Give it the right in PostgreSQL: GRANT pg_read_all_stats TO kiosk_central",
    ),
    "safe.not_a_standby": _of(
        Kind.REFUSED,
        "المتصل بهذا الاسم يستقبل WAL ولا يطبقه، فليس خادمًا احتياطيًا.",
        "اكتب اسم خادم احتياطي يمكن أن يحل محل الأساسي.",
        "What is connected under this name receives WAL and does not apply it: it is no standby.",
        "Name a standby that can take over.",
    ),
    "safe.same_machine": _of(
        Kind.REFUSED,
        "الخادم الاحتياطي متصل من نفس جهاز القاعدة.",
        "انقله إلى جهاز آخر. إن كان خارج الجهاز فعلًا فحدده مع --off-machine",
        "The standby connects from the machine of the database itself.",
        "Move it to another machine. If it lies apart all the same, name it with --off-machine",
    ),
    "safe.archive_off": _of(
        Kind.ENVIRONMENT,
        "أرشفة WAL متوقفة.",
        "شغّل archive_mode و archive_command، وخذ نسخة أساسية جديدة، ثم حددها.",
        "WAL is not archived.",
        "Switch archive_mode and archive_command on, make a new base back-up, and name it.",
    ),
    "safe.no_base": _of(
        Kind.REFUSED,
        "انقطعت أرشفة WAL، فلم تعد النسخة الأساسية تكفي.",
        "خذ نسخة أساسية جديدة وحددها: kiosk-central safe archive",
        "Archiving was interrupted, so the base back-up that was named does not do any more.",
        "Make a new base and name it: kiosk-central safe archive",
    ),
    "safe.archive_failing": _of(
        Kind.ENVIRONMENT,
        "أرشفة WAL تفشل الآن.",
        "راجع سجل PostgreSQL ومساحة الأرشيف.",
        "Archiving of WAL fails now.",
        "Look at PostgreSQL's log and at the space of the archive.",
    ),
    "safe.archive_gap": _of(
        Kind.DAMAGED,
        "في أرشيف WAL ملفات ناقصة.",
        "خذ نسخة أساسية جديدة وحددها: kiosk-central safe archive",
        "The archive of WAL lacks files.",
        "Make a new base back-up and name it: kiosk-central safe archive",
    ),
}

SITUATIONS = {**_NAMING, **_LOOKING}
