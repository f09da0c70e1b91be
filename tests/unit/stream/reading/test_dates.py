import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.codes import DatePrecision
from stream.reading import date_words as lists
from stream.reading import dates as reading
from stream.reading.dates import dates, nearest
from stream.reading.words import listed, texts, words

FRIDAY = dt.date(2026, 11, 20)


def told(text, today=FRIDAY):
    return [(mention.date.isoformat(), mention.precision.value) for mention in dates(words(text), today)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on Friday", "2026-11-20"),
        ("last Friday", "2026-11-13"),
        ("vendredi dernier", "2026-11-13"),
        ("Thursday", "2026-11-19"),
        ("samedi", "2026-11-14"),
        ("الثلاثاء", "2026-11-17"),
        ("أمس", "2026-11-19"),
        ("أمس الأول", "2026-11-18"),
        ("أمس الخميس", "2026-11-19"),
        ("avant-hier", "2026-11-18"),
        ("فجر اليوم", "2026-11-20"),
        ("Nov. 20, 2015", "2015-11-20"),
        ("le 17 novembre", "2026-11-17"),
        ("1er novembre", "2026-11-01"),
        ("on 3 March", "2026-03-03"),
        ("30 December", "2025-12-30"),
        ("20 نوفمبر (تشرين الثاني) 2015", "2015-11-20"),
        ("الاثنين 24 نيسان/أبريل", "2026-04-24"),
        ("15 غشت", "2026-08-15"),
        ("17/11/2026", "2026-11-17"),
        ("2026-11-17", "2026-11-17"),
        ("3 days ago", "2026-11-17"),
    ],
)
def test_days(text, date):
    assert told(text) == [(date, "day")]


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("il y a un an", "2025-11-20", "year"),
        ("two years ago", "2024-11-20", "year"),
        ("قبل عامين", "2024-11-20", "year"),
        ("dix ans après", "2016-11-22", "year"),
        ("last week", "2026-11-13", "week"),
        ("الشهر الماضي", "2026-10-21", "month"),
        ("in July", "2026-07-01", "month"),
        ("March 2024", "2024-03-01", "month"),
        ("in 2015", "2015-01-01", "year"),
    ],
)
def test_less_exact_dates(text, date, precision):
    assert told(text) == [(date, precision)]


@pytest.mark.parametrize(
    "text", ["حتى اليوم", "the May elections", "صلاة الجمعة", "2015 people", "mars attaque", "31 February"]
)
def test_what_is_no_date(text):
    assert told(text) == []


def test_a_sunday_told_on_monday_is_yesterday():
    assert told("dimanche", dt.date(2026, 11, 23)) == [("2026-11-22", "day")]


def test_the_most_exact_date_near_the_event_wins():
    found = dates(words("In 2015 and on Tuesday an attack came"), FRIDAY)
    assert nearest(found, 30, FRIDAY).precision is DatePrecision.DAY


_EVERY_FORM = tuple(dict.fromkeys(form for forms in reading._FORMS.values() for form in forms))
_SAID = st.sampled_from(
    [
        *(*lists.MONTHS, *lists.WEEKDAYS, *lists.DAYS_AGO, *lists.INTERVALS, *lists.LAST, *lists.AGO, *lists.FEW),
        *listed("12 3 1er 2015 20 - / , il y a ago later deux خمسه this morning ليل الماضيه"),
    ]
)


@given(st.lists(_SAID, max_size=8))
def test_the_forms_left_out_for_a_word_would_find_nothing(said):
    said = texts(words(" ".join(said)))
    counted = any(word in lists.INTERVALS for word in said)
    for index, word in enumerate(said):
        tried = reading._FORMS[word[0].isdecimal(), counted]
        for form in _EVERY_FORM:
            assert form in tried or form(said, index, word, FRIDAY) is None


@given(
    st.text(alphabet="0123456789/-. يناير قبل عامين ago year last May mars 31", max_size=60),
    st.dates(dt.date(1990, 1, 1)),
)
def test_no_text_and_no_day_breaks_it(text, today):
    for mention in dates(words(text), today):
        assert 0 <= mention.start < mention.end <= len(text)
