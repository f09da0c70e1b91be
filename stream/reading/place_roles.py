"""What a place does in its sentence: where the event is, or only who speaks, where they met, whose border."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from marsad.codes import PlaceKind, Role
from stream.reading.place_choice import Mention

LIST_OF: Final = 4
"""So many countries in one sentence are a list."""
_WINDOW: Final = 6
"""Words before a mention that are looked at."""
_BEHIND: Final = 24


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LINKS: Final = _words(
    "مع بين الي من علي المشتركه جانب avec du de des la le les d l entre with of the between and et its"
)
BORDER: Final = _words(
    "حدود الحدود والحدود بالحدود للحدود لحدود حدودها حدوده الحدودي الحدوديه حدوديه حدودي المتاخمه المحاذيه "
    "frontiere frontieres frontalier frontaliere frontaliers frontalieres border borders bordering "
    "limitrophe limitrophes"
)
OFFICIAL: Final = _words(
    "foreign defence defense prime interior president presidency government minister ministry official officials "
    "spokesman spokeswoman spokesperson ambassador embassy parliament senator secretary diplomat diplomats said says "
    "told condemned condemns presidentiel presidentielle gouvernement ministre ministere ambassadeur ambassade "
    "condamne "
    "وزير وزاره الخارجيه الرييس رييس الحكومه المتحدث السفير السفاره تدين تستنكر تندد دانت ادانت"
)
_OFFICE_STEMS: Final = _words(
    "minister president government ambassador embassy spokesman spokeswoman spokesperson official officials "
    "secretary ministre gouvernement ambassadeur ambassade presidence "
    "وزير وزاره رييس رياسه متحدث ناطق سفير سفاره حكومه سلطات ملك امير"
)
OFFICE: Final = _OFFICE_STEMS | frozenset(
    prefix + word for word in _OFFICE_STEMS if word[0] >= "\u0600" for prefix in ("ال", "لل", "ل", "و", "وال", "ب")
)
_OFFICE_LINKS: Final = _words("الخارجيه الدفاع الداخليه الوزراء العدل of the du de la des d l to in باسم في")
VENUE: Final = _words(
    "summit meeting meet met meets conference talks forum visit visits visited arrived gathered gather "
    "sommet reunion reuni reunis reunissent conference rencontre pourparlers visite "
    "قمه القمه اجتماع الاجتماع اجتماعات لاجتماع باجتماع موتمر الموتمر محادثات مباحثات مفاوضات منتدي زياره لزياره "
    "اجتمع اجتمعوا يجتمع التقي التقوا زار"
)
PREPOSITION: Final = _words(
    "in at near outside around from inside across northern southern eastern western central north south east west "
    "northeast northwest northeastern northwestern southeastern southwestern over on "
    "a au aux en dans pres vers entre sur nord sud est ouest centre region province ville village localite "
    "في من الي قرب بالقرب شمال جنوب شرق غرب وسط شمالي جنوبي شرقي غربي داخل عبر باتجاه بين علي فوق ضواحي اطراف مشارف "
    "مدينه بلده قريه منطقه اقليم ولايه محافظه مقاطعه بمدينه ببلده بقريه بمنطقه بمحافظه بولايه لمدينه ناحيه قضاء "
    "ريف بريف حي مطار وفي بشمال بجنوب بشرق بغرب شمالا جنوبا"
)
_PLACE_LINKS: Final = _words("de du des d l la le les the of ville city town village province district region")
_CAPITALISED: Final = re.compile(r"[ \u00a0]+([^\W\d_a-zà-ÿ][^\W\d_]+)")
_CAPITALISED_BEFORE: Final = re.compile(r"([^\W\d_a-zà-ÿ][^\W\d_]+)[ \u00a0]+$")
_TALK: Final = _words(
    "army troops says said s forces government president military and or is has had to in on for with"
)
_MALI_AFTER: Final = _words(
    "في وفي من الي عن علي شمال شمالي وشمال جنوب جنوبي وجنوب وسط ووسط شرق غرب حكومه جيش رييس حدود الحدود مع بين دوله "
    "جمهوريه دفاع قوات سلطات عاصمه العاصمه داخل ضد النيجر والنيجر فاسو وبوركينا موريتانيا وموريتانيا تشاد وتشاد "
    "والجزاير لدي شعب اقليم"
)
_MALI_BEFORE: Final = _words("النيجر والنيجر وبوركينا وموريتانيا وتشاد والسنغال والجزاير وغينيا بعد قبل")


def words_before(norm: str, mention: Mention) -> list[str]:
    """The folded words before a mention and its clitics, the nearest first."""
    stop = mention.norm_start - len(mention.prefix)
    found = norm[max(0, stop - 12 * _WINDOW) : stop].split(" ")
    return [word for word in reversed(found) if word][:_WINDOW]


def _behind(norm: str, mention: Mention) -> str:
    """The folded word behind a mention."""
    return norm[mention.norm_end : mention.norm_end + _BEHIND].strip().partition(" ")[0]


def _is_before(wanted: frozenset[str], words: Sequence[str], links: frozenset[str]) -> bool:
    """Whether one of the wanted words stands right before, or with only link words between."""
    for word in words:
        if word in wanted:
            return True
        if word not in links:
            return False
    return False


def is_placed(mention: Mention) -> bool:
    """Whether a place preposition, clitic or word of direction stands before the mention."""
    return mention.prefix.endswith("ب") or _is_before(PREPOSITION, mention.words, _PLACE_LINKS)


def is_person(raw: str, mention: Mention) -> bool:
    """Whether a Latin name looks like a person's: a capitalised word touches it and no preposition does."""
    if mention.placed:
        return False
    following = _CAPITALISED.match(raw, mention.end)
    if following and following.group(1).casefold() not in _TALK:
        return True
    preceding = _CAPITALISED_BEFORE.search(raw, max(0, mention.start - _BEHIND), mention.start)
    return bool(preceding and not preceding.group(1).isupper() and preceding.group(1).casefold() not in _TALK)


def is_financial(raw: str, norm: str, mention: Mention) -> bool:
    """Whether Arabic مالي is the adjective: it is, unless the words around it say a place or it opens the text."""
    if mention.prefix.endswith(("ب", "ل")) or _behind(norm, mention) in _MALI_BEFORE:
        return False
    if mention.words and mention.words[0] in _MALI_AFTER:
        return False
    opening = raw[max(0, mention.start - 3) : mention.start].rstrip(' \u00a0\u200f\u200e"«“(')
    return bool(opening) and opening[-1] not in ".:!؟?\n-–—،|"


def role_of(norm: str, mention: Mention, *, in_event: bool, listed: bool) -> Role:
    """The role of one mention; ``listed`` says that its sentence names many countries."""
    words = mention.words
    if _is_before(BORDER, words, _LINKS):
        return Role.BORDER
    country = mention.chosen is not None and mention.chosen.kind is PlaceKind.COUNTRY
    if (country or mention.capital) and _speaks(norm, mention, words):
        return Role.SOURCE
    if listed and country:
        return Role.LIST
    if not in_event:
        return Role.VENUE if VENUE.intersection(words) else Role.MENTION
    return Role.MENTION if mention.demonym else Role.EVENT


def _speaks(norm: str, mention: Mention, words: Sequence[str]) -> bool:
    """Whether a country or capital stands for its government."""
    if _behind(norm, mention) in OFFICIAL and (mention.demonym or not mention.placed):
        return True
    return _is_before(OFFICE, words, _OFFICE_LINKS) and not (words and words[0] in PREPOSITION)


def demote_subjects(mentions: Sequence[Mention], sentence_of: Sequence[int], roles: list[Role]) -> None:
    """In "Turkey bombs the north of Syria" the event is in Syria: a placed name beats one that only acts.

    What acts so in one sentence of the event acts in its other sentences too.
    """
    placed: dict[int, set[str]] = {}
    for mention, sentence, role in zip(mentions, sentence_of, roles, strict=True):
        if role is Role.EVENT and mention.placed and mention.chosen:
            placed.setdefault(sentence, set()).add(mention.chosen.country)
    acting = {
        mention.chosen.country
        for mention, sentence in zip(mentions, sentence_of, strict=True)
        if _acts(mention) and mention.chosen and placed.get(sentence, set()) - {mention.chosen.country}
    }
    for index, mention in enumerate(mentions):
        if roles[index] is Role.EVENT and mention.chosen and mention.chosen.country in acting and _acts(mention):
            roles[index] = Role.MENTION


def _acts(mention: Mention) -> bool:
    """Whether a name stands for a state rather than for its land."""
    country = mention.chosen is not None and mention.chosen.kind is PlaceKind.COUNTRY
    return (country or mention.capital) and not mention.placed


def listed_sentences(mentions: Sequence[Mention], sentence_of: Sequence[int]) -> Collection[int]:
    """The sentences that name at least LIST_OF countries by their own names."""
    seen: dict[int, set[str]] = {}
    for mention, sentence in zip(mentions, sentence_of, strict=True):
        if mention.chosen and mention.chosen.kind is PlaceKind.COUNTRY and not mention.demonym:
            seen.setdefault(sentence, set()).add(mention.chosen.country)
    return {sentence for sentence, countries in seen.items() if len(countries) >= LIST_OF}
