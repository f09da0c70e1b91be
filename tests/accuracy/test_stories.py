"""Stories over real news: two incidents in one story are the error that must stay rare."""

from fitting.measure_stories import articles, figures, fold, labels
from stream.reading.reader import Reader


def test_stories_of_a_week_of_arabic_news(test_data):
    folder = test_data / "news_ar_2015"
    known = labels(folder)
    gold = {a: one["incident"] for a, one in known.items() if one["incident"] and one["label"] in {"new", "update"}}
    found = figures(fold(map(Reader.packaged().read, articles(folder, known))), gold)
    print(found)
    assert found["pairwise precision"] >= 0.92
    assert found["B-cubed precision"] >= 0.94
    assert found["pairwise recall"] >= 0.40
    assert found["incidents that share a story"] <= 32
