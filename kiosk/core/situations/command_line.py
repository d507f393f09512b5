"""Situations of the command line itself: words typed after `kiosk`."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "command.unknown": Situation(
        Kind.INPUT,
        ar="لا يوجد أمر بالاسم {name}.",
        remedy_ar="اكتب kiosk --help لعرض الأوامر.",
        en="There is no command called {name}.",
        remedy_en="Type kiosk --help for the list.",
    ),
    "command.usage": Situation(
        Kind.INPUT,
        ar="الأمر ناقص أو فيه كلمة زائدة: {detail}",
        remedy_ar="اكتب الأمر نفسه ومعه --help لعرض طريقة استخدامه.",
        en="The command is incomplete or has a word too many: {detail}",
        remedy_en="Type the same command with --help for its usage.",
    ),
    "command.key_value": Situation(
        Kind.INPUT,
        ar="القيمة {text} ليست على شكل مفتاح=قيمة.",
        remedy_ar="اكتب اسم الخانة ثم علامة = ثم قيمتها، بلا مسافات، مثل area_m2=120.",
        en="{text} is not of the form key=value.",
        remedy_en="Write the name of the field, then =, then its value, without spaces, like area_m2=120.",
    ),
}
