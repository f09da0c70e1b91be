import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.article import joined_text
from stream.reading.furniture import Markers, packaged_markers
from stream.reading.lexicon import Lexicon
from stream.reading.segment import OPENING, BlockKind, segment

FIRST = "Twelve soldiers were killed on Monday in an ambush near the border, the army said in a statement."
SECOND = "The attackers came on motorcycles and fled with two vehicles, residents of the village told reporters."
PARAGRAPH = f"{FIRST} {SECOND}"
OTHER = "The national team will play its last match of the season on Sunday in front of a full house at home."


def kinds(page):
    return [(page.text[block.start : block.end], block.kind.value) for block in page.blocks]


def of_kind(page, kind):
    return [page.text[block.start : block.end] for block in page.blocks if block.kind is kind]


def lead(page):
    return [page.text[start:end] for start, end in page.lead]


def test_title_summary_and_body_are_one_text():
    page = segment("Ambush kills twelve", "A summary of five words.", PARAGRAPH)
    assert page.text == joined_text("Ambush kills twelve", "A summary of five words.", PARAGRAPH)
    assert page.title_text == "Ambush kills twelve"
    assert of_kind(page, BlockKind.TEXT) == ["A summary of five words.", PARAGRAPH]
    assert lead(page) == ["A summary of five words.", FIRST]


def test_a_title_alone_is_a_page():
    page = segment("Ambush kills twelve", "", "")
    assert (page.title, page.lead, page.appended) == ((0, 19), (), ())
    assert page.language_text == "Ambush kills twelve"


def test_nothing_is_a_page_too():
    page = segment("", "", "")
    assert (page.title, page.blocks, page.title_text, page.language_text) == (None, (), "", "")


def test_a_summary_that_begins_the_body_is_read_once():
    page = segment("Title of it", FIRST, PARAGRAPH)
    assert lead(page) == [FIRST, SECOND]


def test_a_page_without_title_starts_with_its_lead():
    page = segment("", "", f"{PARAGRAPH}\n{OTHER}")
    assert page.title is None
    assert lead(page) == [FIRST, SECOND]


def test_the_title_is_found_below_labels_and_a_script_warning():
    warning = "Sorry, you need to enable JavaScript to visit this website."
    body = f"{warning}\n\nSecurity\n\nAmbush kills twelve soldiers near the border\n\n{PARAGRAPH}"
    page = segment("", "", body)
    assert page.title_text == "Ambush kills twelve soldiers near the border"
    assert of_kind(page, BlockKind.FURNITURE) == [
        "Sorry, you need to enable JavaScript to visit this website.",
        "Security",
    ]


def test_a_deck_under_the_title_belongs_to_the_lead():
    page = segment("", "", f"Ambush kills twelve soldiers\nThe worst attack since the summer began\n{PARAGRAPH}")
    assert lead(page) == ["The worst attack since the summer began", FIRST]


@pytest.mark.parametrize("title", ["Ambush kills twelve", " Ambush kills twelve "])
def test_a_title_said_again_in_the_body_is_furniture(title):
    page = segment(title, "", f"Ambush kills twelve\nTT\n{PARAGRAPH}")
    assert of_kind(page, BlockKind.FURNITURE) == ["Ambush kills twelve", "TT"]
    page = segment(title, "", f"{PARAGRAPH}\nAmbush kills twelve\n{OTHER}")
    assert of_kind(page, BlockKind.FURNITURE) == ["Ambush kills twelve"]


@pytest.mark.parametrize(
    "caption",
    [
        pytest.param("Soldiers on patrol near Gao in 2014 (Reuters)", id="credit in round brackets"),
        pytest.param("قوات الأمن في دورية يوم 18 شباط/فبراير. [وكالة فرانس برس]", id="credit in square brackets"),
        pytest.param("قوات أميركية بسوريا (أ.ف.ب.)", id="agency with dots"),
        pytest.param("Photo: the market after the blast", id="photo label"),
    ],
)
def test_captions(caption):
    page = segment("Title of it", "", f"{PARAGRAPH}\n{caption}\n{PARAGRAPH[:-1]}!\n{OTHER}")
    assert of_kind(page, BlockKind.CAPTION) == [caption]


LONG = "the market of Gao on the day after the blast, with traders who clear away what is left of their stalls, "


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param(f"Photo: {LONG}and {LONG}as the army looks on.", BlockKind.CAPTION, id="caption"),
        pytest.param(f"We saw {LONG}and {LONG}https://t.co/abc1 and more.", BlockKind.FURNITURE, id="tweet"),
        pytest.param(f"Title {LONG}and {LONG}as the army looks on.", BlockKind.FURNITURE, id="the title again"),
        pytest.param(f"Seen: {LONG}and {LONG}as the army looks on.", BlockKind.TEXT, id="paragraph"),
        pytest.param(f"(Seen) {LONG}and {LONG}as the army looks on.", BlockKind.TEXT, id="paragraph in brackets"),
    ],
)
def test_a_line_as_long_as_a_paragraph_may_be_none(line, kind):
    title = line if line.startswith("Title") else "Title of it"
    page = segment(title, "", f"{PARAGRAPH}\n{line}\n{OTHER}")
    assert page.kind_at(page.text.rindex(line)) is kind


def test_a_line_said_twice_in_a_row_is_a_caption():
    page = segment(
        "Title of it",
        "",
        f"{PARAGRAPH}\nThe market the day after the blast\nThe market the day after the blast\n{OTHER}",
    )
    assert of_kind(page, BlockKind.CAPTION) == ["The market the day after the blast"] * 2


def test_text_that_ends_with_its_agency_is_text():
    text = "Twelve soldiers were killed on Monday. (AFP)"
    assert of_kind(segment("Title of it", "", text), BlockKind.TEXT) == [text]


def test_subheads_are_no_text():
    page = segment("Title of it", "", f"{PARAGRAPH}\nThe Sahel threat\n{OTHER}")
    assert of_kind(page, BlockKind.SUBHEAD) == ["The Sahel threat"]


def test_a_lone_short_body_is_text():
    assert of_kind(segment("Title of it", "", "Five killed in Gao"), BlockKind.TEXT) == ["Five killed in Gao"]


def test_tweets_rules_and_doubled_teasers_are_set_aside():
    tweet = "Leader says no https://t.co/abc\n— News (@news) October 10, 2024"
    body = f"{PARAGRAPH}\n{tweet}\n* * *\nTen years of it all Ten years of it all\n{OTHER}"
    page = segment("Title of it", "", body)
    assert of_kind(page, BlockKind.TEXT) == [PARAGRAPH, OTHER]
    assert of_kind(page, BlockKind.TEASER) == ["Ten years of it all Ten years of it all"]


@pytest.mark.parametrize(
    "marker",
    ["Related articles", "مقالات ذات صلة", "Sur le même sujet", "5 Comments", "المزيد من دوليات", "LEAVE A COMMENT"],
)
def test_what_follows_the_end_is_not_the_article(marker):
    page = segment("Title of it", "", f"{PARAGRAPH}\n\n{marker}\n\n{OTHER}")
    assert [page.text[start:end] for start, end in page.main] == ["Title of it", PARAGRAPH]
    assert page.kind_at(page.text.index(OTHER)) is not BlockKind.TEXT


def test_an_article_behind_the_cut_is_told_apart_with_its_offsets():
    headline = "Blast kills seven in a market of the capital"
    more = "More text of that second article stands here.\n\nA link to yet another story of today"
    body = f"{PARAGRAPH}\n\nRelated articles\n\nPolice at the scene (Reuters)\n\n{headline}\n\n{OTHER}\n\n{more}"
    page = segment("Title of it", "", body)
    assert [(one.title, one.summary) for one in page.appended] == [(headline, OTHER)]
    block = page.appended[0]
    assert page.text[block.start : block.end].startswith(headline)
    assert page.text[block.start : block.end].endswith("stands here.")


def test_an_also_read_box_in_the_middle_does_not_end_the_article():
    box = "Also read: Another story"
    page = segment(
        "Title of it",
        "",
        f"{PARAGRAPH}\n{box}\nAnother story of the same day\n{PARAGRAPH[:-1]}!\n{OTHER}\n{OTHER[:-1]}!",
    )
    assert of_kind(page, BlockKind.TEASER) == ["Another story of the same day"]
    assert OTHER in of_kind(page, BlockKind.TEXT)


def test_an_also_read_behind_the_source_line_ends_it():
    page = segment(
        "Title of it", "", f"{PARAGRAPH}\nSource: Agency\nAlso read:\nAnother story of the very same day\n{OTHER}"
    )
    assert of_kind(page, BlockKind.TEXT) == [PARAGRAPH]
    assert [one.title for one in page.appended] == ["Another story of the very same day"]


def test_a_sentence_that_only_begins_like_a_marker_is_text():
    text = "Comments by the minister on Monday were not well received by the opposition in parliament."
    assert of_kind(segment("Title of it", "", f"{PARAGRAPH}\n{text}"), BlockKind.TEXT) == [PARAGRAPH, text]


def test_an_operator_can_add_markers():
    markers = Markers.of(Lexicon.packaged(["fur\tcut\ten\tElsewhere today\t1\tw"]).entries)
    body = f"{PARAGRAPH}\nElsewhere today\n{OTHER}"
    assert of_kind(segment("Title of it", "", body, markers), BlockKind.TEXT) == [PARAGRAPH]
    assert of_kind(segment("Title of it", "", body, packaged_markers()), BlockKind.TEXT) == [PARAGRAPH, OTHER]


def test_the_language_is_judged_by_the_longest_paragraph():
    page = segment(
        "",
        "",
        "Sorry, you need to enable JavaScript to visit this website.\nقتل عشرة جنود في هجوم مسلح على معسكر للجيش.",
    )
    assert page.language_text.startswith("قتل")


LINES = st.lists(
    st.sampled_from(
        [
            PARAGRAPH,
            OTHER,
            "Related articles",
            "TT",
            "",
            "Photo (AFP)",
            "Short head",
            "اقرأ أيضا",
            "x" * 90,
            "• link",
            "\r",
            "\u2028",
        ]
    ),
    max_size=12,
)


@given(st.sampled_from(["", "Short head", OTHER]), st.sampled_from(["", PARAGRAPH, "\n"]), LINES)
def test_blocks_lie_in_order_in_the_text(title, summary, lines):
    page = segment(title, summary, "\n".join(lines))
    assert page.text == joined_text(title, summary, "\n".join(lines))
    last = 0
    for block in page.blocks:
        assert last <= block.start < block.end <= len(page.text)
        assert "\n" not in page.text[block.start : block.end]
        last = block.end
    assert all(0 <= start < end <= len(page.text) for start, end in page.lead)
    assert all(page.text[one.start : one.end].startswith(one.title) for one in page.appended)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=120))
def test_any_text_is_a_page(body):
    page = segment("", "", body)
    assert all(0 <= block.start < block.end <= len(body) for block in page.blocks)


SEEDS = {
    "000": ("الولايات المتحدة وحلفاؤها", 5, "بعد مرور 10 سنوات"),
    "001": ("", 0, "مع تجديد التحالف"),
    "002": ("واشنطن تطمئن الحلفاء", 0, "التحالف المكو"),
    "003": ("التحالف: هجمات داعش", 0, "قال أعضاء بارزون"),
    "004": ("", 1, "كشف منسق"),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_real_pages(test_data, seed):
    title, appended, begins = SEEDS[seed]
    (path,) = (test_data / "seeds").glob(f"{seed}_*.txt")
    page = segment("", "", path.read_text("utf-8"))
    assert page.title_text.startswith(title) if title else page.title is None
    assert len(page.appended) == appended
    assert any(text.startswith(begins) for text in lead(page))
    main = " ".join(page.text[start:end] for start, end in page.main)
    for strange in ("بمقديشو", "السنوار", "مليكوف", "Axios", "JavaScript", "زيمبابوي", "1500", "دليل سليمان"):
        assert strange not in main


def test_the_opening_of_a_short_page_is_all_that_the_article_says():
    page = segment("Ambush kills twelve", "", f"{PARAGRAPH}\nAlso read: what the team will do on Sunday")
    assert page.opening == f"Ambush kills twelve\n{PARAGRAPH}"


@pytest.mark.parametrize("title", ["", "Ambush kills twelve"])
def test_the_opening_of_a_long_page_ends_with_a_word(title):
    page = segment(title, "", "\n".join(f"On day {day} {PARAGRAPH}" for day in range(40)))
    said = page.opening
    assert page.text[len(said)].isspace()
    assert not said[-1].isspace()
    assert OPENING <= len(said.replace("\n", "")) < OPENING + 20


def test_furniture_does_not_count_as_opening():
    furniture = "\n".join(["Share this on Facebook"] * 200)
    page = segment("Ambush kills twelve", "", f"{furniture}\n{PARAGRAPH}")
    assert page.opening.endswith(PARAGRAPH)


def test_a_page_without_spaces_has_an_opening_of_bounded_length():
    assert len(segment("", "", "x" * 100_000).opening) <= OPENING
