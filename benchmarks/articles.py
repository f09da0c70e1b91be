"""Made-up articles for measuring: 3 to 5 kB, half Arabic, one in ten tells an attack. Same seed, same text."""

import random
from datetime import UTC, datetime, timedelta

from marsad.article import Article, Source, article_id

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

ARABIC = (
    "قالت وزارة الزراعة إن محصول الذرة هذا الموسم فاق التوقعات في معظم الولايات",
    "وأضاف المتحدث أن اللجنة ستجتمع مرة أخرى بعد أسبوعين لدراسة المقترحات",
    "وشهدت الأسواق المحلية إقبالا كبيرا من المتسوقين قبيل العطلة",
    "وبحث الوزيران في {place} سبل تعزيز التعاون في مجالات الطاقة والنقل والتعليم",
    "وارتفعت أسعار الوقود بنحو ثلاثة في المئة منذ بداية الشهر بحسب بيانات رسمية",
    "وأكد مدير المستشفى أن حملة التلقيح شملت أكثر من {n} ألف طفل في المناطق الريفية",
    "ومن المتوقع أن تنخفض درجات الحرارة ليلا مع هبوب رياح شمالية على {place}",
    "وفاز الفريق الضيف بهدفين مقابل هدف في مباراة حضرها جمهور كبير",
    "ودعت الجامعة الطلاب إلى استكمال التسجيل قبل نهاية الأسبوع المقبل",
    "وتعمل الشركة على مد خط كهربائي جديد يربط بين {place} والقرى المجاورة",
    "وأعلنت البلدية افتتاح مكتبة عامة تضم آلاف الكتب باللغتين العربية والفرنسية",
    "وناقش البرلمان مشروع قانون يتعلق بتنظيم المياه الجوفية وحماية الغابات",
)
LATIN = (
    "The ministry of agriculture said this season's maize harvest was above forecasts in most districts",
    "A spokesman said the committee would meet again in two weeks to study the proposals",
    "Traders in {place} reported brisk business ahead of the holiday, with prices little changed",
    "The two ministers discussed cooperation on energy, transport and education during the visit",
    "Fuel prices have risen by about three per cent since the start of the month, official figures show",
    "The hospital's director said {n} thousand children had been vaccinated in rural areas",
    "Temperatures are expected to fall overnight as northerly winds reach {place}",
    "The visitors won by two goals to one in front of a large crowd at the municipal stadium",
    "Le conseil municipal de {place} a annonce l'ouverture d'une bibliotheque de quartier",
    "Les deputes ont debattu d'un projet de loi sur la gestion de l'eau et la protection des forets",
    "La societe construit une nouvelle ligne electrique reliant {place} aux villages voisins",
    "Students were asked to complete their registration before the end of next week",
)
ATTACKS = (
    (
        "مقتل {n} جنود في هجوم مسلح على موقع للجيش قرب {place}",
        "أعلنت السلطات مقتل {n} جنود في هجوم شنه مسلحون فجر اليوم على موقع للجيش قرب {place}",
    ),
    (
        "{place} : {n} soldats tues dans une embuscade",
        "Au moins {n} soldats ont ete tues jeudi dans une embuscade pres de {place}, selon des sources securitaires",
    ),
    (
        "Gunmen kill {n} villagers near {place}",
        "Gunmen on motorcycles killed {n} villagers in an overnight attack near {place}, residents said on Thursday",
    ),
)
ARABIC_PLACES = ("غاو", "نيامي", "واغادوغو", "باماكو", "بغداد", "صنعاء", "طرابلس", "الخرطوم", "مقديشو", "دمشق")
LATIN_PLACES = (
    "Gao",
    "Niamey",
    "Ouagadougou",
    "Bamako",
    "Baghdad",
    "Sanaa",
    "Tripoli",
    "Khartoum",
    "Mogadishu",
    "Maiduguri",
)


def articles(count: int, *, seed: int = 7, attacks: float = 0.1, feeds: int = 50) -> list[Article]:
    """``count`` articles, a second apart, over ``feeds`` feeds."""
    draw = random.Random(seed)
    return [_article(draw, number, attacks, feeds) for number in range(count)]


def _article(draw: random.Random, number: int, attacks: float, feeds: int) -> Article:
    arabic = number % 2 == 0
    sentences, places = (ARABIC, ARABIC_PLACES) if arabic else (LATIN, LATIN_PLACES)
    size = draw.randint(3_000, 5_000) // (2 if arabic else 1)  # an Arabic letter is two bytes of UTF-8

    def line(template: str) -> str:
        return template.format(place=draw.choice(places), n=draw.randint(3, 60))

    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < size:
        paragraphs.append(". ".join(line(draw.choice(sentences)) for _ in range(3)) + ".")
    title, lead = line(draw.choice(sentences)), paragraphs[0]
    if draw.random() < attacks:
        kinds = ATTACKS[:1] if arabic else ATTACKS[1:]
        head, opening = draw.choice(kinds)
        values = {"place": draw.choice(places), "n": draw.randint(3, 60)}
        title, lead = head.format(**values), opening.format(**values) + "."
    feed = f"feed-{number % feeds}"
    moment = START + timedelta(seconds=number)
    return Article(
        id=article_id(feed, str(number)),
        source=Source(feed=feed, family=feed),
        link=f"https://{feed}.example/{number}",
        title=title,
        summary=lead,
        body="\n".join(paragraphs),
        published=moment,
        observed_at=moment,
    )
