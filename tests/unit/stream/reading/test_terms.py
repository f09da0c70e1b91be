import pytest

from stream.reading.terms import Term, patterns


def spelled(word, flag):
    return [pattern for pattern, _target in patterns(Term(word, flag, None), word)]


@pytest.mark.parametrize(
    ("word", "flag", "expected"),
    [
        pytest.param("attack", "w", [" attack "], id="latin between spaces"),
        pytest.param("since 20", "d", [" since 20"], id="digits go on"),
        pytest.param("غاو", "p", ["غاو "], id="short place"),
        pytest.param("العراق", "p", ["العراق ", "للعراق ", "العراقو"], id="long place with the article"),
        pytest.param("انفجار", "n", ["انفجار"], id="long noun"),
        pytest.param("اشتباكه", "n", ["اشتباكه", "اشتباكت"], id="feminine before a pronoun"),
    ],
)
def test_what_is_looked_for(word, flag, expected):
    assert spelled(word, flag) == expected


@pytest.mark.parametrize(("flag", "closed"), [("n", False), ("x2", True)])
def test_a_short_term_is_looked_for_behind_each_of_its_clitics(flag, closed):
    found = spelled("قتل", flag)
    assert all(pattern.startswith(" ") and pattern.endswith(" ") is closed for pattern in found)
    assert (" والقتل" in found) is not closed


@pytest.mark.parametrize(("word", "flag", "before", "behind"), [("قتل", "n", 4, 0), ("gao", "w", 1, 1)])
def test_a_target_tells_how_much_of_its_pattern_is_not_the_term(word, flag, before, behind):
    targets = dict(patterns(Term(word, flag, None), word))
    target = targets[" والقتل" if flag == "n" else f" {word} "]
    assert (target.before, target.behind) == (before, behind)


@pytest.mark.parametrize(
    ("word", "flag", "message"), [("a", "zz", "unknown flag 'zz'; known: c, cap"), ("", "w", "has no letters")]
)
def test_a_bad_term_is_refused(word, flag, message):
    with pytest.raises(ValueError, match=message):
        patterns(Term(word, flag, None), word)
