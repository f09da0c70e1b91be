from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.demo.dates import fill

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("{weekday:fr:0}", "mardi"),
        ("{weekday:fr:-1}", "lundi"),
        ("{weekday:ar:0}", "الثلاثاء"),
        ("{weekday:en:2}", "Thursday"),
        ("{weekday:ha:-1}", "Litinin"),
        ("{date:fr:-1}", "23 novembre"),
        ("{date:en:0}", "November 24"),
        ("{date:ar:8}", "2 ديسمبر"),
        ("{date:ar-levant:0}", "24 نوفمبر (تشرين الثاني)"),
        ("{date:ha:0}", "24 ga Nuwamba"),
        ("{year:-1}", "2025"),
    ],
)
def test_a_template_becomes_its_word(template: str, word: str) -> None:
    assert fill(f"a {template} b", TUESDAY) == f"a {word} b"


@pytest.mark.parametrize(
    "template", ["{weekday:de:0}", "{weekday:fr}", "{weekday:fr:x}", "{month:fr:0}", "{year}", "{date:ar:0:1}"]
)
def test_what_is_no_template_is_refused_by_name(template: str) -> None:
    with pytest.raises(ValueError, match="is no date template: write") as error:
        fill(f"text {template}", TUESDAY)
    assert template in str(error.value)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-10, 10))
def test_a_weekday_repeats_after_seven_days(day: date, shift: int) -> None:
    template = f"{{weekday:ar:{shift}}}"
    assert fill(template, day) == fill(template, day + timedelta(days=7))
    assert fill(template, day) != fill(template, day + timedelta(days=1))


def test_text_without_templates_stays() -> None:
    assert fill("{ x } {A} {} }{", TUESDAY) == "{ x } {A} {} }{"
