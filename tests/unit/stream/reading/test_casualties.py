import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.reading import Toll
from stream.reading.casualties import counts, toll
from stream.reading.text import Text
from stream.reading.words import words


def told(text):
    return {count.kind: count.best for count in counts(words(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "12 soldiers were killed and eight wounded", {"killed": 12, "injured": 8}, id="number before the verb"
        ),
        pytest.param(
            "Gunmen killed nine people, wounding four", {"killed": 9, "injured": 4}, id="number behind the verb"
        ),
        pytest.param("Four killed, 12 injured in blast", {"killed": 4, "injured": 12}, id="comma between two counts"),
        pytest.param("Three ambushes killed 5 soldiers", {"killed": 5}, id="ambushes are no people"),
        pytest.param("Policeman killed in raid", {"killed": 1}, id="one person without a number"),
        pytest.param("Two aid workers were abducted", {"abducted": 2}, id="abducted"),
        pytest.param("A 34-year-old man was arrested on 3 March", {}, id="ages and dates"),
        pytest.param(
            "Police arrested 16 suspects after killing a militant", {"killed": 1}, id="arrests are no casualties"
        ),
        pytest.param("Douze soldats et quatre supplétifs ont été tués", {"killed": 16}, id="coordinated counts add up"),
        pytest.param("L'attaque a fait 21 morts et 10 blessés", {"killed": 21, "injured": 10}, id="French nouns"),
        pytest.param("tuant sept civils à 30 km de Gao", {"killed": 7}, id="kilometres"),
        pytest.param("قتل 15 شخصا وأصيب 38 بجروح", {"killed": 15, "injured": 38}, id="Arabic verb first"),
        pytest.param("لقي خمسة وعشرون شخصا مصرعهم", {"killed": 25}, id="Arabic number words before the noun"),
        pytest.param("قتيلان في انفجار عبوة", {"killed": 2}, id="dual noun"),
        pytest.param("مقتل جنديين", {"killed": 2}, id="dual of a broken plural"),
        pytest.param("مقتل مدنيين في قصف", {}, id="an ending that is dual or plural counts nothing"),
        pytest.param("مقتل 5 جنود و3 مدنيين وإصابة سبعة", {"killed": 8, "injured": 7}, id="Arabic counts add up"),
        pytest.param("مقتل أربعة مدنيين وجندي", {"killed": 5}, id="and one more"),
        pytest.param("مقتل ضابط و3 جنود", {"killed": 4}, id="one and more"),
        pytest.param("مقتل متطرف واعتقال 16 شخصا", {"killed": 1}, id="the arrested are not the dead"),
        pytest.param("مقتل وإصابة 60 عنصرا", {}, id="one figure for dead and injured says neither"),
        pytest.param("sun kashe sojoji 12 a Gao", {"killed": 12}, id="Hausa"),
        pytest.param("watu sita wauawa", {"killed": 6}, id="Swahili"),
        pytest.param("Droni zaua watu 60 katika kituo", {"killed": 60}, id="Swahili, the number behind it"),
        pytest.param("Watu 11 wamekufa na 65 kujeruhiwa", {"killed": 11, "injured": 65}, id="Swahili, both"),
        pytest.param("ugu yaraan toban qof ayaa ku dhintay", {"killed": 10}, id="Somali"),
        pytest.param("waxaa ku dhintay shan askari", {"killed": 5}, id="Somali, the number behind it"),
        pytest.param("An halaka sojoji 54", {"killed": 54}, id="Hausa, another verb"),
        pytest.param("قتل عام 2015 في الفرقة 11", {}, id="years and names of units"),
    ],
)
def test_counts(text, expected):
    assert told(text) == expected


def sentences(raw):
    return [counts(words(raw, *span)) for span in Text(raw).sentences]


def test_the_title_decides():
    raw = "Attack kills 12\nSome 15 people were killed on Monday."
    assert toll("killed", sentences(raw)) == Toll(best=12, low=12, high=12)


def test_a_risen_toll_overtakes_the_first():
    raw = "Attaque près de Mopti : 11 morts\nLe bilan de l'attaque est passé à 17 morts."
    assert toll("killed", sentences(raw)).best == 17


def test_an_earlier_toll_overtakes_nothing():
    raw = "قتل 15 شخصا الأربعاء.\nوكانت الحصيلة الأولى أشارت إلى سقوط تسعة قتلى."
    assert toll("killed", sentences(raw)).best == 15


def test_victims_come_before_attackers():
    raw = "Six assailants were killed on Monday.\nTwo soldiers were killed in the attack."
    assert toll("killed", sentences(raw)).best == 2


def test_attackers_count_where_nobody_else_is_told():
    assert toll("killed", sentences("Six assaillants ont été tués")).best == 6


def test_whose_figure_it_is():
    assert counts(words("At least 12 people were killed, the army said"))[0].owner == "official"


def test_a_mass_figure_is_no_toll_of_an_actual_event():
    assert toll("killed", sentences("attacks have killed 4,000 people"), most=999) is None


@given(st.text(alphabet="قتل مقتل و 12,. killed and wounded morts et tués 3 خمسة الى toll rises", max_size=120))
def test_any_mixture_gives_bounded_counts_inside_the_text(raw):
    for count in counts(words(raw)):
        assert 0 < count.low <= count.best <= count.high
        assert 0 <= count.start < count.end <= len(raw)


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("L'armée annonce avoir neutralisé quatorze terroristes", 14),
        ("Quatorze terroristes neutralisés près de la ville", 14),
        ("الجيش يعلن القضاء على 14 مسلحاً في عملية", 14),
        ("The army said it neutralised 14 militants", 14),
        ("Troops eliminated nine terrorists in the forest", 9),
        ("قياديا قتل مع مسلحين اثنين آخرين في غارة", 3),
        ("Nine civilians and a soldier killed on the border", 10),
        ("An attack killed ‘about 15 people’ in the north", 15),
        ("Eight civilians killed as 21-hour-long siege ends", 8),
        ("قالت مصادر إن شخصين قتلا في الاشتباكات", 2),
    ],
)
def test_told_in_an_armys_words_or_with_one_more(text, killed):
    assert toll("killed", sentences(text)).best == killed


@pytest.mark.parametrize(
    "text",
    [
        "The club eliminated two rivals on its way to the final",
        "Israeli forces kill wanted men in the camp",
        "القضاء على 5 أمراض مدارية",
    ],
)
def test_an_armys_words_count_no_rivals(text):
    assert toll("killed", sentences(text)) is None


def test_the_toll_of_the_event_before_is_not_this_ones():
    raw = "قصفت مقاتلات مواقع التنظيم بعد أربعة أيام على هجوم أوقع 32 قتيلا"
    assert toll("killed", sentences(raw)) is None
    assert toll("killed", sentences("Two hurt hours after a shooting that killed seven people")) is None


def test_an_exact_figure_makes_dozens_exact():
    assert toll("killed", sentences("Dozens killed in attack.\nThe ministry said 37 people were killed.")).best == 37
    assert toll("killed", sentences("Dozens killed in attack.\nOne soldier was killed on Monday.")).best == 24


def test_a_militants_toll_in_the_title_stands_before_other_figures():
    raw = "Army kills 28 militants.\nEight people wearing belts were killed near the camp."
    assert toll("killed", sentences(raw)).best == 28
