"""What a place does in its sentence: where the event is, or only who speaks, where they met, whose border."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from marsad.codes import PlaceKind, Role
from stream.reading.place_choice import COUNTRY, TOWN, Mention

_ROLE_EVENT: Final = Role.EVENT
_ROLE_MENTION: Final = Role.MENTION
_ROLE_VENUE: Final = Role.VENUE
_ROLE_LIST: Final = Role.LIST
_ROLE_SOURCE: Final = Role.SOURCE
_ROLE_BORDER: Final = Role.BORDER
"""Asked for every mention, and Python 3.11 takes ten times as long to find a member in its class."""
_ROLES: Final = (_ROLE_EVENT, _ROLE_MENTION, _ROLE_VENUE, _ROLE_LIST, _ROLE_SOURCE, _ROLE_BORDER)
"""The role of a place is the first of these that a mention of it has."""
RANK: Final = {role: rank for rank, role in enumerate(_ROLES)}
LIST_OF: Final = 4
"""So many countries in one sentence are a list."""
_EXACT: Final = (TOWN, PlaceKind.ADMIN1)
_WINDOW: Final = 6
"""Words before a mention that are looked at."""
_BEHIND: Final = 24


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LINKS: Final = _words(
    "مع بين الي من علي المشتركه جانب avec du de des la le les d l entre with of the between and et its"
)
BORDER: Final = _words(
    "قباله المقابله opposite "
    "حدود الحدود والحدود بالحدود للحدود لحدود حدودها حدوده الحدودي الحدوديه حدوديه حدودي المتاخمه المحاذيه "
    "frontiere frontieres frontalier frontaliere frontaliers frontalieres border borders bordering "
    "limitrophe limitrophes"
)
_BORDER_LINKS: Final = _LINKS | _words("قرب near pres")
"""A border post near a country lies in another one."""
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
LAND: Final = _words(
    "اراضي الاراضي بالاراضي للاراضي بلده البلده ببلده مدينه المدينه بمدينه قريه القريه بقريه منطقه المنطقه محافظه "
    "العاصمه بالعاصمه territoire sol ville village localite capitale territory soil town city village capital"
)
"""Beside an inhabitants' adjective these tell of the land itself: "the Syrian town of", الأراضي السورية."""
_ROUTE: Final = _words(
    "from to toward towards bound between vers entre reliant provenance destination parti partis partie quitte "
    "بين متجهه متوجهه متجها متوجها المتجه المتجهه قادمه قادما القادم القادمه طريقها طريقه باتجاه نحو"
)
"""What stands before either end of a way: the event lies somewhere along it, or has nothing to do with it."""
_ROUTE_LINKS: Final = _words("the of for town city de d la le ville الي من في مدينه بلده كانت")
_BETWEEN_ENDS: Final = frozenset((" and ", " to ", " et ", " a ", " vers ", " الي ", " و"))
_DATELINE: Final = re.compile(
    r"\s*(?:,[^,\n()]{2,25})?\s*(?:\([^()\n]{1,40}\)\s*[-–—ـ:]"
    r"|\(\s*(?:[A-Z]{2,8}|Reuters|رويترز|أ[ .]*ف[ .]*ب\.?)\s*\)"
    r"|/\s*\S{2,20}\s*/|(?P<bare>[-–—ـ]+\s))"
)
_PLACE_LINKS: Final = _words("de du des d l la le les the of ville city town village province district region")
_CAPITALISED: Final = re.compile(r"[ \u00a0]+([^\W\d_a-zà-ÿ][^\W\d_]+)")
_CAPITALISED_BEFORE: Final = re.compile(r"([^\W\d_a-zà-ÿ][^\W\d_]+)[ \u00a0]+$")
_TALK: Final = _words(
    "army troops says said s forces government president military and or is has had to in on for with "
    "islamists jihadists militants rebels insurgents gunmen bandits terrorists soldiers police villagers civilians "
    "attack attacks junta coup"
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
    return norm[max(0, stop - 12 * _WINDOW) : stop].rsplit(None, _WINDOW)[: -_WINDOW - 1 : -1]


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
    country = mention.chosen is not None and mention.chosen.kind is COUNTRY
    if _is_before(BORDER, words, _BORDER_LINKS if country else _LINKS):
        return _ROLE_BORDER
    if (country or mention.capital) and _speaks(norm, mention, words):
        return _ROLE_SOURCE
    if listed and country:
        return _ROLE_LIST
    if not in_event:
        return _ROLE_VENUE if VENUE.intersection(words) else _ROLE_MENTION
    if mention.dateline or (mention.demonym and not _is_land(norm, mention)):
        return _ROLE_MENTION
    return _ROLE_EVENT


def _is_land(norm: str, mention: Mention) -> bool:
    """Whether an adjective belongs to a town or to the soil, not to people or an army."""
    if mention.in_actor:
        return False
    before = mention.words[0] if mention.words else ""
    arabic = norm[mention.norm_start] >= "\u0600"  # no adjective stands behind a preposition there: في سورية
    return before in LAND or _behind(norm, mention) in LAND or (arabic and before in PREPOSITION)


def is_dateline(raw: str, mention: Mention, *, titled: bool) -> bool:
    """Whether a town opens a line as agencies' datelines do: where the report was written (``BAMAKO (AFP) -``).

    In a title a bare dash behind a town tells where the news is from, so there it is none.
    """
    if raw[max(0, mention.start - 1) : mention.start] not in ("", "\n"):
        return False
    found = _DATELINE.match(raw, mention.end)
    return found is not None and not (titled and found["bare"])


def _speaks(norm: str, mention: Mention, words: Sequence[str]) -> bool:
    """Whether a country or capital stands for its government."""
    if _behind(norm, mention) in OFFICIAL and (mention.demonym or not mention.placed):
        return True
    return _is_before(OFFICE, words, _OFFICE_LINKS) and not (words and words[0] in PREPOSITION)


def demote_subjects(mentions: Sequence[Mention], sentence_of: Sequence[int | None], roles: list[Role]) -> None:
    """In "Turkey bombs the north of Syria" the event is in Syria: a placed name beats one that only acts.

    So does a town that is no capital ("Moscow shells Kharkiv"). What acts so in one sentence of the event
    acts in its other sentences too. ``sentence_of`` numbers the event's sentences.
    """
    placed: dict[int | None, set[str]] = {}
    for mention, sentence, role in zip(mentions, sentence_of, roles, strict=True):
        if role is _ROLE_EVENT and mention.chosen and (mention.placed or _is_exact(mention)):
            placed.setdefault(sentence, set()).add(mention.chosen.country)
    acting = {
        mention.chosen.country
        for mention, sentence in zip(mentions, sentence_of, strict=True)
        if _acts(mention) and mention.chosen and placed.get(sentence, set()) - {mention.chosen.country}
    }
    for index, mention in enumerate(mentions):
        if roles[index] is _ROLE_EVENT and mention.chosen and mention.chosen.country in acting and _acts(mention):
            roles[index] = _ROLE_MENTION


def demote_routes(norm: str, mentions: Sequence[Mention], roles: list[Role]) -> None:
    """The ends of a way are not the event's place where a town of that country is named as such.

    As in "a convoy from Ouagadougou to Djibo was ambushed near Namissiguima".
    """
    towns = [
        index
        for index, mention in enumerate(mentions)
        if roles[index] is _ROLE_EVENT and mention.chosen and mention.chosen.kind is TOWN
    ]
    ends = _route_ends(norm, mentions, towns)
    told = {
        mention.chosen.country
        for mention in (mentions[index] for index in towns if index not in ends)
        if mention.placed and mention.chosen
    }
    for index in ends:
        chosen = mentions[index].chosen
        if chosen and chosen.country in told:
            roles[index] = _ROLE_MENTION


def _route_ends(norm: str, mentions: Sequence[Mention], towns: Sequence[int]) -> list[int]:
    """Those of the towns that end a way, in order."""
    ends: list[int] = []
    last = -1
    for index in towns:
        mention = mentions[index]
        begins = mention.norm_start - len(mention.prefix)
        between = norm[last:begins] + mention.prefix if last >= 0 else ""
        if between in _BETWEEN_ENDS or _is_before(_ROUTE, mention.words, _ROUTE_LINKS):
            ends.append(index)
            last = mention.norm_end
    return ends


def _is_exact(mention: Mention) -> bool:
    """Whether a name stands for a town or division, and for no government."""
    return mention.chosen is not None and mention.chosen.kind in _EXACT and not mention.capital


def _acts(mention: Mention) -> bool:
    """Whether a name stands for a state rather than for its land."""
    country = mention.chosen is not None and mention.chosen.kind is COUNTRY
    return (country or mention.capital) and not mention.placed


def names_country(mention: Mention) -> bool:
    """Whether a mention is a country's own name."""
    return mention.chosen is not None and mention.chosen.kind is COUNTRY and not mention.demonym


def listed_sentences(mentions: Sequence[Mention], sentence_of: Sequence[int]) -> Collection[int]:
    """The sentences that name at least LIST_OF countries by their own names."""
    seen: dict[int, set[str]] = {}
    for mention, sentence in zip(mentions, sentence_of, strict=True):
        if mention.chosen and names_country(mention):
            seen.setdefault(sentence, set()).add(mention.chosen.country)
    return {sentence for sentence, countries in seen.items() if len(countries) >= LIST_OF}
