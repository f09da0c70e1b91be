"""Names of towns and divisions in the language of a message."""

import pytest

from alerts.place_names import collected
from alerts.words import phrasebook

BOOK = phrasebook()


@pytest.mark.parametrize(
    ("language", "town", "division"),
    [("ar", "تمبكتو", "تمبكتو"), ("fr", "Tombouctou", "Tombouctou"), ("en", "Timbuktu", "Timbuktu")],
)
def test_a_town_and_its_division(language, town, division):
    assert BOOK.town("ML", "Timbuktu", language) == town
    assert BOOK.division("ML-6", language) == division


def test_what_is_not_known_stays_as_it_is():
    assert BOOK.town("ML", "Nowhere at all", "ar") == "Nowhere at all"
    assert BOOK.town(None, "Gao", "ar") == "Gao"
    assert BOOK.division("XX-1", "ar") == ""


def row(kind="town", country="ML", admin1="", name="Gao", names="Gao|غاو|قاو"):
    return {"kind": kind, "country": country, "admin1": admin1, "name": name, "names": names}


def test_the_first_arabic_name_counts_without_the_word_for_division():
    names = collected(
        [row(), row(names="گاو"), row("admin1", admin1="ML-9", name="Kayes", names="Kayes|منطقة كاي|كاي")]
    )
    assert names.arabic == {("ML", "Gao"): "غاو", ("ML", "Kayes"): "كاي"}
    assert names.divisions == {"ML-9": ("Kayes", "كاي")}


def test_what_is_no_town_has_no_name():
    assert collected([row("demonym"), row("none")]) == ({}, {})
