import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_builders import article, reader

from stream.reading import date_words as lists
from stream.reading.date_mask import _MARKED, DATE, HOUR, _mark, masked_dates
from stream.reading.grams import gram_words
from stream.reading.text import normalise
from stream.reading.words import listed

DAYS = {
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ha": ("Litinin", "Talata", "Laraba", "Alhamis", "Jumma'a", "Asabar", "Lahadi"),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
}
MONTHS = {
    "ar": listed("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    "fr": listed("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "en": listed("January February March April May June July August September October November December"),
}
SAID = {
    "ar": "مقتل 12 جنديا في هجوم يوم {day} {date} قرب البلدة",
    "fr": "Douze soldats tués dans une attaque {day} {date} près du village",
    "en": "Twelve soldiers killed in an attack on {day} {date} near the village",
    "ha": "An kashe sojoji a harin ranar {day} a kauyen",
    "sw": "Wanajeshi wauawa katika shambulio {day} kijijini",
}


def masked(text):
    return masked_dates(normalise(text).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Thursday 20 November 2026", ["on", DATE]),
        ("on Nov. 3rd, 2026", ["on", DATE]),
        ("le vendredi 1er mai", ["le", DATE]),
        ("في 20 نوفمبر (تشرين الثاني) 2026", ["في", DATE]),
        ("والخميس", [DATE]),
        ("ranar Juma'a 20 ga Nuwamba", ["ranar", DATE]),
        ("à 7h30", ["a", HOUR]),
        ("at 7:30 am", ["at", HOUR]),
        ("at dawn", ["at", HOUR]),
        ("in May", ["in", DATE]),
    ],
)
def test_a_date_is_one_symbol(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    ["armed groups may attack", "a long march home", "the mayor", "killed 20 soldiers", "Talata Mafara attacked"],
)
def test_what_is_no_date_stays(text):
    assert masked(text) == normalise(text).split()


def test_people_behind_a_weekday_are_no_date():
    assert masked("on Friday 20 soldiers") == ["on", DATE, "20", "soldiers"]


@pytest.mark.parametrize("language", DAYS)
@given(day=st.integers(1, 31), weekday=st.integers(0, 6), month=st.integers(0, 11))
def test_no_n_gram_knows_the_day(language, day, weekday, month):
    def seen(number, name, of):
        date = f"{number} {MONTHS[language][of]}" if language in MONTHS else ""
        norm = normalise(SAID[language].format(day=DAYS[language][name], date=date))
        return gram_words(norm, len(norm), ())

    assert seen(day, weekday, month) == seen(20, 0, 10)


@pytest.mark.parametrize("language", ["ar", "fr", "en", "ha"])
def test_a_text_is_judged_the_same_whatever_day_it_tells(language):
    """The day told moves with the day of publication."""
    scores = set()
    for shift in range(0, 400, 19):
        now = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC) + dt.timedelta(days=shift)
        told = now - dt.timedelta(days=1)
        date = f"{told.day} {MONTHS[language][told.month - 1]}" if language in MONTHS else ""
        said = SAID[language].format(day=DAYS[language][told.weekday()], date=date)
        read = reader().read(article(said, published=now, observed_at=now, language=language))
        scores.add((round(read.scores.fresh_event, 9), read.scores.violence))
    assert len(scores) == 1


@given(st.lists(st.sampled_from(sorted(lists.DATE_TOKENS | lists.DAY_PARTS | lists.SHY_TOKENS)), min_size=1), st.data())
def test_whatever_is_marked_is_among_the_words_that_are_looked_at(said, data):
    """Only these and numbers are looked at; a word of a date that is not among them would stay in the text."""
    said = [data.draw(st.sampled_from(("", "و", "ب", "x"))) + word for word in said]
    assert all(word in _MARKED for index, word in enumerate(said) if _mark(said, index))
