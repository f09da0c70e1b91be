import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.language import Languages


@pytest.fixture(scope="module")
def languages():
    return Languages()


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("مقتل اثني عشر جندياً في هجوم مسلح قرب الحدود", None, "ar"),
        ("مقتل جندي في گاو", None, "ar"),
        ("مقتل 12 : 34 : 56 : 78 : 90 : 12 : 34 : 56 : 78 : 90 : 12 : 34", None, "ar"),
        ("پنج کشته در 12 : 34 : 56 : 78 : 90 : 12 : 34 : 56 : 78 : 90 : 12", None, "fa"),
        ("في 2 - ", None, "und"),
        ("a - 1 - b", None, "und"),
        ("التحالف الدولی يعلن عن خطة جديدة في العراق", None, "ar"),
        ("حمله به پایگاه نظامی دوازده کشته بر جای گذاشت", None, "fa"),
        ("فوجی اڈے پر حملے میں بارہ اہلکار ہلاک ہو گئے", None, "ur"),
        ("هێرشێک بۆ سەر بنکەیەکی سەربازی ڕوویدا", None, "ckb"),
        ("په برید کې دولس سرتیري ووژل شول چې ډېر ټپیان دي", None, "ps"),
        ("Au moins douze soldats ont été tués dans une embuscade près de la frontière", None, "fr"),
        ("At least twelve soldiers were killed in an ambush near the border", None, "en"),
        ("Sojoji goma sha biyu sun mutu a harin kwanton bauna", None, "ha"),
        ("Wanajeshi kumi na wawili wauawa katika shambulio la kuvizia", None, "sw"),
        ("Askari kumi wauawa", "sw", "sw"),
        ("Al menos doce soldados murieron en una emboscada cerca de la frontera", None, "es"),
        (
            "Il presidente ha detto che le forze armate sono state inviate nel sud per la sicurezza del paese",
            None,
            "it",
        ),
        ("El presidente de la República dijo que en la reunión los ministros del sur van a firmar", None, "es"),
        ("De minister was in Brussel om te spreken, of hij later komt was niet duidelijk", None, "nl"),
        ("O presidente da República anunciou que as forças armadas foram enviadas para o sul do país", None, "pt"),
        ("Двенадцать военных погибли в засаде, это сообщили власти", None, "ru"),
        ("Дванадцять військових загинули в засідці, її підтвердили", None, "uk"),
        ("נהרגו שנים עשר חיילים", None, "he"),
        ("በጥቃቱ አሥራ ሁለት ወታደሮች ተገደሉ", None, "am"),
        ("በጥቃቱ ወታደሮች", "ti", "ti"),
        ("Mali", "fr-FR", "fr"),
        ("12", "ar", "ar"),
        ("12", None, "und"),
        ("", None, "und"),
        ("", "x!", "und"),
        ("Mali attack", None, "und"),
        ("Mali attack", "en_GB", "en"),
    ],
)
def test_languages(languages, text, declared, language):
    assert languages.detect(text, declared)[0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ugu yaraan laba iyo toban askari ayaa ku dhintay weerar, ayay sheegtay Save the Children of the World", "so"),
        ("Akalla sojoji goma sha biyu ne suka mutu a wani harin kwanton bauna, in ji Bank of the North", "ha"),
        ("Abasirikare cumi na babiri baguye mu gitero hafi y'umupaka, Union des travailleurs et des paysans", "rw"),
        ("Takriban wanajeshi kumi na wawili wameuawa katika shambulio, yasema Institute for the Study of War", "sw"),
        ("Sedikitnya dua belas tentara tewas dalam penyergapan di perbatasan, kata Lord of the Rings", "id"),
        ("Zeker twaalf soldaten gedood bij een hinderlaag, of dat het werk was van The State of the Union", "nl"),
        ("Bundesregierung plant neue Steuern, schreibt The Times", "de"),
        ("Mueren doce soldados en Burkina Faso, dice The New York Times", "es"),
    ],
)
def test_names_in_english_or_french_do_not_settle_another_language(languages, text, language):
    assert languages.detect(text)[0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("UK inflation slides in June as prices cool, but not below what was forecast by analysts", "en"),
        ("Inflation en baisse en juin, selon une note publiée lundi par la banque nationale, mais pas sous 3 %", "fr"),
    ],
)
def test_three_small_words_settle_a_headline_without_the_model(text, language):
    assert Languages().detect(text) == (language, 0.99)


def test_a_wrong_declaration_does_not_beat_plain_text(languages):
    assert languages.detect("Au moins douze soldats ont été tués dans une embuscade", "en")[0] == "fr"


@given(
    text=st.text(st.characters(codec=None, exclude_categories=()), max_size=80),
    declared=st.one_of(st.none(), st.text(max_size=5)),
)
def test_anything_gives_a_code_and_a_probability(languages, text, declared):
    code, sure = languages.detect(text, declared)
    assert code
    assert 0.0 <= sure <= 1.0
    assert languages.detect(text, declared) == (code, sure)
