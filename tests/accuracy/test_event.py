"""The event judgement on labelled data: fitted and measured by folds that never share an incident."""

import os

import numpy as np
import pytest
from reading_builders import reader

from fitting import material
from fitting.fit_heads import figures, out_of_fold, rows, unfitted_reader
from marsad.regions import load_regions, regions_of


@pytest.fixture(scope="module", autouse=True)
def _data(test_data):
    os.environ["MARSAD_TEST_DATA"] = str(test_data)


@pytest.fixture(scope="module")
def judged():
    """Every form of every example, and its z of ``fresh_event`` out of fold."""
    seen = rows(unfitted_reader(), material.reports())
    return seen, out_of_fold(seen, heads=[3], folds=3)[:, 3]


@pytest.mark.parametrize(
    ("kind", "form", "least_f1", "least_ap"),
    [
        ("news_ar", "whole", 0.845, 0.895),
        ("news_ar", "title", 0.78, 0.83),
        ("news_en", "whole", 0.81, 0.875),
        ("news_en", "title", 0.775, 0.85),
        ("written_fr", "whole", 0.79, 0.83),
        ("written_fr", "title", 0.75, 0.79),
        ("written_ha", "whole", 0.77, 0.80),
        ("written_sw", "whole", 0.75, 0.80),
        ("written_so", "whole", 0.70, 0.75),
    ],
)
def test_fresh_events_are_found(judged, kind, form, least_f1, least_ap):
    seen, z = judged
    chosen = [index for index, row in enumerate(seen) if row.example.kind == kind and row.form == form]
    found = figures(z[chosen], np.array([seen[index].example.truth[3] for index in chosen]))
    print(kind, form, found)
    assert found["f1_best"] >= least_f1
    assert found["ap"] >= least_ap


def test_the_gate_passes_what_is_fresh(judged):
    seen, _z = judged
    fresh = [row.example for row in seen if row.form == "whole" and row.example.truth[3]]
    passed = sum(not reader().read(example.article).gated for example in fresh)
    print(f"gate: {passed} of {len(fresh)} fresh events pass")
    assert passed >= 0.97 * len(fresh)


def sahel_event(reading):
    event = reading.event
    if event is None or not event.fresh:
        return False
    return "sahel" in regions_of(load_regions(), [(event.country, event.admin1, event.region)])


def test_no_seed_tells_a_fresh_event_in_the_sahel():
    seen = [reader().read(page) for _name, page in material.seeds()]
    assert len(seen) == 5
    assert not any(sahel_event(reading) for reading in seen)


def test_every_case_tells_or_tells_not():
    wrong = [
        case["id"]
        for case in material.cases()
        if _told(reader().read(material.case_article(case)).event) != case["expect"]["incident"]
    ]
    assert wrong == []


def _told(event):
    return event is not None and event.fresh


def test_the_cases_fields():
    right = {"country": 0, "killed": 0, "injured": 0, "abducted": 0, "event_date": 0}
    incidents = [case for case in material.cases() if case["expect"]["incident"]]
    for case in incidents:
        expected = case["expect"]
        read = reader().read(material.case_article(case)).event
        right["country"] += read.country == expected["country"]
        right["event_date"] += str(read.date) == expected["event_date"]
        for name in ("killed", "injured", "abducted"):
            figure = getattr(read, name)
            right[name] += (figure.best if figure else None) == expected[name]
    print(right, "of", len(incidents))
    assert all(count >= len(incidents) - 1 for count in right.values())
