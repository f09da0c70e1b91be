import pickle
from datetime import UTC, datetime
from types import SimpleNamespace

from marsad.article import Article, Source
from marsad.wiring import reader_factory

ROW = "town\tBF\t\t\tZzyzxtown\t14.1\t-1.6\t5000\t\tZzyzxtown\timport\n"


def test_a_process_that_starts_later_reads_with_the_files_as_they_were(tmp_path):
    path = tmp_path / "more.tsv"
    path.write_text(ROW)
    build = pickle.dumps(reader_factory(SimpleNamespace(lexicon=(), gazetteer=(path,))))
    path.unlink()
    article = Article(
        id="a",
        source=Source(feed="f"),
        title="Gunmen attack Zzyzxtown in Burkina Faso",
        observed_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert "Zzyzxtown" in [place.name for place in pickle.loads(build)().read(article).places]
