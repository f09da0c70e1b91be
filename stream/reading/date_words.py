"""Month, weekday and interval words of Arabic, French and English, in folded form."""

from typing import Final

from marsad.codes import DatePrecision
from stream.reading.words import listed

_MONTHS: Final = (
    "january jan janvier يناير جانفي كانون_الثاني",
    "february feb fevrier فبراير فيفري شباط",
    "march mar mars مارس اذار",
    "april apr avril ابريل افريل نيسان",
    "may mai مايو ماي ايار",
    "june jun juin يونيو جوان حزيران يونيه",
    "july jul juillet يوليو جويليه يوليوز تموز يوليه",
    "august aug aout اغسطس اوت غشت اب",
    "september sept sep septembre سبتمبر شتنبر ايلول",
    "october oct octobre اكتوبر تشرين_الاول",
    "november nov novembre نوفمبر نونبر تشرين_الثاني",
    "december dec decembre ديسمبر دجنبر كانون_الاول",
)
"""Egypt and the Gulf, the Levant and Iraq, the Maghreb's French and its Moroccan names, English and French."""

MONTHS: Final = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
SHY_MONTHS: Final = frozenset(listed("may mars march mar اب ماي mai jan sep dec oct nov apr jun jul feb aug جوان اوت"))
"""Month names that are also words, surnames or abbreviations: a day number or a year must stand by them."""

WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday lundi الاثنين الاتنين litinin jumatatu", "tuesday mardi الثلاثاء الثلثاء talata jumanne",
            "wednesday mercredi الاربعاء laraba jumatano", "thursday jeudi الخميس alhamis alhamisi",
            "friday vendredi الجمعه juma jumma ijumaa", "saturday samedi السبت asabar jumamosi",
            "sunday dimanche الاحد lahadi jumapili",
        )
    )
    for name in names.split()
}  # fmt: skip
"""Folded name → day of the week, Monday 0."""
SHY_WEEKDAYS: Final = frozenset(("talata", "juma", "jumma"))
"""Also a town and a man's name: Hausa's word for "day" must stand before them."""
DAY: Final = "ranar"
NO_WEEKDAY_BEHIND: Final = frozenset(listed("صلاه خطبه black good"))
"""As in "Friday prayer", "Good Friday"."""

DAYS_AGO: Final = {
    "today": 0, "tonight": 0, "yesterday": 1, "overnight": 0, "hier": 1, "aujourd": 0, "اليوم": 0, "امس": 1,
    "البارحه": 1, "بالامس": 1, "لامس": 1,
}  # fmt: skip
TODAY_PHRASES: Final = (
    ("this", "morning"), ("this", "afternoon"), ("this", "evening"), ("ce", "matin"), ("cet", "apres"), ("ce", "soir"),
    ("صباح", "اليوم"), ("فجر", "اليوم"),
)  # fmt: skip
NOT_TODAY: Final = frozenset(listed("حتي الي until jusqu ذلك في-ذلك of"))
"""Before "today" these make it an age ("حتى اليوم") or another day ("في ذلك اليوم")."""

LAST: Final = frozenset(listed("last dernier derniere passe passee الماضي الماضيه المنصرم المنصرمه الفايت الفائت"))
SAME: Final = frozenset(listed("this ce cette الجاري الحالي الجاريه الحاليه"))

INTERVALS: Final = {
    word: (days, precision)
    for words, days, precision in (
        ("day days jour jours يوم يوما ايام", 1, DatePrecision.DAY),
        ("يومين", 2, DatePrecision.DAY),
        ("week weeks semaine semaines اسبوع اسبوعا اسابيع الاسبوع", 7, DatePrecision.WEEK),
        ("اسبوعين", 14, DatePrecision.WEEK),
        ("month months mois شهر شهرا اشهر شهور الشهر", 30, DatePrecision.MONTH),
        ("شهرين", 61, DatePrecision.MONTH),
        ("year years an ans annee annees عام عاما اعوام سنه سنوات العام السنه", 365, DatePrecision.YEAR),
        ("عامين سنتين", 730, DatePrecision.YEAR),
        ("decade decades decennie decennies عقد عقود", 3652, DatePrecision.YEAR),
    )
    for word in words.split()
}
"""Folded word → length in days, and how exact a date told in it is."""

DUAL_INTERVALS: Final = frozenset(listed("يومين اسبوعين شهرين عامين سنتين"))
AGO: Final = frozenset(("قبل", "منذ"))
FEW: Final = frozenset(listed("several few quelques plusieurs بضعه عده بضع several"))
"""An unsaid number of intervals, taken as three."""

MONTH_PREFACES: Final = frozenset(
    listed("""
        in en since depuis during of last early late mid debut fin mi courant شهر في منذ مطلع اواخر نهايه بدايه خلال
        اوايل منتصف من
    """)
)
YEAR_PREFACES: Final = frozenset(listed("in en since depuis of year annee عام سنه العام the"))

_MONTHS_ELSEWHERE: Final = listed("""
    janairu fabrairu maris afrilu mayu yuni yuli agusta satumba oktoba nuwamba disamba januari februari machi aprili
    mei juni julai agosti septemba novemba desemba ramadan رمضان شوال
""")
"""Hausa's and Swahili's months and the season of fasting: never parsed, but they tell a text's date."""
DATE_TOKENS: Final = frozenset(
    name.partition("_")[0]
    for name in (*MONTHS, *WEEKDAYS, *DAYS_AGO, *_MONTHS_ELSEWHERE, *listed("jiya yau jana leo"))
    if name not in SHY_MONTHS | SHY_WEEKDAYS
)
"""Single words that are of a date for sure, in folded form."""
TWO_WORD_MONTHS: Final = frozenset(name.partition("_")[0] for name in MONTHS if "_" in name)
SHY_TOKENS: Final = SHY_MONTHS | SHY_WEEKDAYS
MONTH_TOKENS: Final = frozenset(name.partition("_")[0] for name in (*MONTHS, *_MONTHS_ELSEWHERE))
DAY_PARTS: Final = frozenset(
    listed("""
        morning afternoon evening night midnight noon midday dawn matin matinee soir soiree nuit aube midi minuit
        apres-midi صباح الصباح مساء المساء ليل ليله الليل الليله فجر الفجر ظهر عصر المساءيه asubuhi jioni usiku safe
        safiya safiyar yamma dare daren
    """)
)
"""Words for a part of the day."""
CLOCK_WORDS: Final = frozenset(listed("am pm gmt utc h heures heure الساعه بتوقيت"))
