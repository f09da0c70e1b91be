"""The words that casualties are told with, in folded form: what was done, to whom, what a number is not of."""

from typing import Final

from stream.reading.words import listed

KILLED: Final = "killed"
INJURED: Final = "injured"
ABDUCTED: Final = "abducted"
OTHER: Final = "other"
"""Takes a number that is no casualty: arrests, things destroyed, the dead and injured in one figure."""

BEFORE: Final = "before"
"""The number stands before the word: "12 morts", "12 قتيلا"."""
AFTER: Final = "after"
"""The number follows: "killing 12", "مقتل 12"."""
RISEN: Final = "risen"
"""The number that a toll has risen to."""
EITHER: Final = "either"
"""After it where one follows at once, else before: "killed 12", "12 were killed"."""


def _heads(kind: str, side: str, text: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(text.split(), (kind, side))


HEADS: Final[dict[str, tuple[str, str]]] = {
    **_heads(KILLED, BEFORE, """
        قتيلان قتيلين قتيلا قتيل قتلي القتلي قتيله شهيدا شهيد شهداء جثه جثث ضحيه ضحايا مصرعهم مصرعهما مصرعه حتفهم حتفه
        حتفهما حياتهم
    """),
    **_heads(KILLED, AFTER, """
        مقتل قتل قتلت قتلوا قتلا قتلتا يقتل تقتل يقتلون ومقتل وقتل استشهاد استشهد استشهدت استشهدوا واستشهاد واستشهد
        بحياه بمقتل لمقتل مصرع بمصرع ومصرع وفاه بارواح اعدام اعدم اغتيال اغتال يغتالون تصفيه تحييد سقط سقوط حياه ذبح
    """),
    **_heads(INJURED, BEFORE, "جريحان جريحين جريحا جريح جرحي الجرحي مصابا مصابين مصابون اصابات"),
    **_heads(INJURED, AFTER, """
        اصابه واصابه باصابه اصيب واصيب اصيبت اصيبوا اصيبا واصابت يصيب تصيب جرح وجرح وجرحت بجرح بجروح وبجروح
    """),
    **_heads(ABDUCTED, BEFORE, "رهينه رهاين رهائن مختطفا مختطفين مخطوفا"),
    **_heads(ABDUCTED, AFTER, """
        خطف اختطاف واختطاف وخطف اختطف اختطفوا خطفوا يختطفون يخطفون اختطفت خطفت بخطف باختطاف احتجاز واحتجاز يحتجزون
        اقتادوا واقتادوا خطفا اختطفا
    """),
    **_heads(OTHER, AFTER, """
        اعتقال واعتقال اعتقلت واعتقلت اعتقل توقيف وتوقيف ايقاف وايقاف القبض ضبط وضبط تدمير وتدمير arresting arrests
        detaining destroying arretant seizing rescued rescuing
    """),
    **_heads(OTHER, EITHER, "arrested detained arrest destroyed displaced evacuated"),
    **_heads(OTHER, BEFORE, "arretes interpelles interpellees arretees detruits deplaces deplacees liberes"),
    **_heads(KILLED, BEFORE, """
        morts mort morte mortes tues tue tuees tuee abattus abattu abattues peri decedes assassines assassine
        executes egorges deces cadavres dead deaths fatalities bodies died dies die perished slain martyred beheaded
        victimes neutralises neutralisees elimines
    """),
    **_heads(KILLED, AFTER, "neutralisant neutralisent eliminant eliminent neutralising neutralizing eliminating"),
    **_heads(KILLED, EITHER, """
        neutralise neutralisee elimine neutralised neutralized neutralise neutralize eliminated eliminate
    """),
    **_heads(KILLED, AFTER, "القضاء والقضاء قضي قضت يقضي تقضي تقضون بالقضاء تحييد حيدت حيد"),
    **_heads(KILLED, AFTER, """
        kashe halaka hallaka harbe kisan karkashe rayuka gawarwaki gawarwakin
        waua wawaua yaua zaua laua kuua kuwaua wameua waliua yameua yaliua limeua liliua zimeua imeua iliua ameua aliua
        lililoua yaliyoua iliyoua wamewaua waliwaua vifo miili maiti
    """),
    **_heads(KILLED, BEFORE, """
        mutu rasu rayukansu wauawa waliuawa auawa kuuawa wafariki walifariki wameuawa wameuliwa waliuliwa wamekufa
        walikufa kufa wafa waliokufa waliofariki waliouawa wamefariki kufariki wamepoteza walipoteza wapoteza wachinjwa
        wamechinjwa walichinjwa ameuawa aliuawa amefariki alifariki amekufa alikufa
    """),
    **_heads(KILLED, EITHER, """
        dhintay dhinteen dhimatay dhimatey dhimasho geeriyootay geeriyooday geeriyoodeen dilay dileen dilaan
    """),
    **_heads(INJURED, BEFORE, "jikkata raunata wajeruhiwa kujeruhiwa wamejeruhiwa walijeruhiwa waliojeruhiwa"),
    **_heads(INJURED, AFTER, "jikkatar majeruhi kujeruhi wamejeruhi yajeruhi"),
    **_heads(INJURED, EITHER, "dhaawacmay dhaawacmeen dhaawacantay dhaawacay dhaawac"),
    **_heads(ABDUCTED, AFTER, "sace garkuwa wateka kuteka wameteka waliteka"),
    **_heads(ABDUCTED, BEFORE, "watekwa walitekwa kutekwa wametekwa waliotekwa"),
    **_heads(ABDUCTED, EITHER, "afduubay afduubeen afduubtay afduubteen"),
    **_heads(KILLED, AFTER, "tuant tuent abattant kills killing massacring assassinating executing"),
    **_heads(KILLED, EITHER, "killed kill massacred executed slaughtered murdered"),
    **_heads(INJURED, BEFORE, "blesses blesse blessee blessees wounded injured hurt injuries"),
    **_heads(INJURED, AFTER, "blessant wounding injuring wounds injures"),
    **_heads(ABDUCTED, BEFORE, """
        enleves enleve enlevees enlevee kidnappes kidnappe kidnappees captures hostages otages otage hostage
    """),
    **_heads(ABDUCTED, AFTER, """
        enlevent enlevant kidnappent abducting kidnapping kidnaps abducts abduction enlevement
    """),
    **_heads(ABDUCTED, EITHER, "abducted kidnapped abduct kidnap"),
}  # fmt: skip
"""Folded word → what it tells and on which side its number stands."""
HEADS_AND: Final = {f"و{word}": entry for word, entry in HEADS.items()} | HEADS
"""The same, with an Arabic "and" before them too."""

TURNED: Final = frozenset(listed("wounded injured hurt tue blesse enleve"))
"""Words of "before" that also take a number right behind them: "wounded 12", "a tué 12"."""

ON_ARMED_MEN: Final = frozenset(
    listed("""
        neutralise neutralises neutralisee neutralisees neutralisant neutralisent neutralised neutralized neutralize
        neutralising neutralizing eliminated eliminate eliminating elimine elimines eliminant eliminent القضاء والقضاء
        قضي قضت يقضي تقضي بالقضاء تحييد حيدت حيد
    """)
)
"""An army's words for killing: they count people only where armed men stand beside the number."""
SEVERAL: Final = frozenset(listed("kill kills killing tuent tuant"))
"""Verbs whose subject kills: whoever stands before them is no victim."""
WITH: Final = frozenset(("مع", "with"))

COMBINING: Final = frozenset(listed("مقتل قتيل قتيلا قتلي مصرع استشهاد"))
COMBINED: Final = frozenset(listed("واصابه وجرح وجريح وجرحي وجريحا ومصابا ومصاب ومصابين"))
EARLIER: Final = frozenset(listed("الاولي اوليه سابقه السابقه previous earlier precedent first"))
"""A toll called so has been overtaken."""
NUMBERED: Final = frozenset(
    listed("""
        ال الفرقه فرقه اللواء لواء الكتيبه كتيبه الماده ماده قايمه بقايمه القايمه الفصل رقم القناه المجموعه الجيل
        brigade division article route highway boeing airbus group no numero gate type mig su g
    """)
)
"""Behind these a number is a name."""

TOLL_WORDS: Final = frozenset(listed("toll bilan adadin yawan idadi tirada حصيله الحصيله حصيلته وحصيله"))
RISES: Final = frozenset(
    listed("""
        rises risen rose climbs climbed reaches reached now jumps hits passe passee alourdit alourdi eleve etablit
        atteint kai yafikia yafika imefikia imefika ilifikia ilifika wafikia wafika
        imepanda yapanda gaartay gaaray ارتفعت ارتفاع ارتفع لترتفع وارتفعت بلغت تجاوزت الي بلغ
    """)
)

UNITS: Final = frozenset(
    listed("""
        km kilometres kilometers kilometre miles mile metres meters percent % pour الميه المئه بالميه المايه كلم
        كيلومترا كيلومتر كيلومترات متر مترا years year old months month days day weeks week hours hour minutes ans
        an annees annee mois jours jour semaines semaine heures heure minute عاما عام سنه سنوات اعوام شهرا شهر اشهر
        شهور يوما يوم ايام اسابيع اسبوعا ساعه ساعات دقيقه دقايق million billion millions milliards مليون مليار دولار
        dollars euros francs countries pays دول دوله vehicles vehicules motos motorbikes motorcycles drones rockets
        missiles roquettes obus صاروخا صواريخ قذيفه قذايف غاره غارات سياره سيارات اليات دبابه طايره طايرات attacks
        attaques attack strikes raids airstrikes frappes strike هجمات هجوما هجوم تفجيرات تفجيرا انفجارات villages
        village قريه قري houses homes maisons منزلا منازل منزل houses shells bombs blasts explosions ambushes
        embuscades points goals th st nd rd اطفالا wives tonnes tons kg litres pm am gmt كيلوغراما طنا مترا مره مرات
        times fois tanks assauts ramadan shawwal رمضان شوال bases districts provinces regions مدن مدينه محافظات
        محافظه hectares calibre mm ملم نقطه
    """)
)  # fmt: skip
"""A number followed by one of these counts no people."""

MONTHS_AFTER: Final = frozenset(
    listed("""
        january february march april may june july august september october november december jan feb mar apr jun
        jul aug sept sep oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre
        decembre يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر كانون شباط اذار نيسان
        ايار حزيران تموز اب ايلول تشرين جانفي فيفري افريل جوان جويليه اوت غشت شتنبر
    """)
)

AGED: Final = frozenset(listed("aged age agee ages agees عمره عمرها البالغ البالغه"))

PEOPLE_ONE: Final = frozenset(
    listed("""
        متطرف متطرفا متشدد متشددا زعيم مدير احد عضو العضو القيادي الزعيم القايد نايب نايبا قياديا عمده رييس شيخ جندي
        leader chief cleric mayor lawmaker senator pilot general colonel aide maire depute colonel leader general
        soldier policeman officer civilian man woman journalist worker militant teacher gunman boy girl child
        student villager farmer priest imam peacekeeper palestinian israeli commander fighter soldat militaire
        policier gendarme civil homme femme journaliste casque enseignant pretre chef commandant otage جندي جنديا
        governor lawmaker blogger contractor american reporter activist candidate ambassador diplomat minister captain
        sergeant guard driver nun pastor bishop nurse doctor judge prosecutor politician youth teenager gouverneur
        gendarme conducteur chauffeur infirmier medecin juge magistrat pretre sergent lieutenant capitaine instituteur
        paysan berger adolescent مسلحا ارهابيا متطرفا متشددا انتحاريا ناشط ناشطا قاض قاضيا مستشار ملازم رقيب عقيد
        شرطي شرطيا عسكري عسكريا ضابط ضابطا مدني رجل شخص مواطن صحافي صحفي امراه طفل طفله قيادي قاءد قايد عنصر مسلح
        فلسطيني فلسطينيا شاب شابا معلم امام مسؤول ارهابي انتحاري عامل مستوطن اسراييلي مزارع راعي سايق طالب
    """)
)
"""One person, when no number says otherwise."""

NOUN_ENDS: Final = frozenset(listed("in at on near by after during dans pres lors par en sur apres , ; . who qui"))
"""Behind these no more words belong to the person killed."""

BACK_VERBS: Final = frozenset(
    listed("قتلوا قتلت قتلا قتلتا اصيبوا اصيبا استشهدوا استشهدا خطفوا خطفا اختطفوا اختطفا واصيبوا وقتلوا")
)
"""Verbs that also follow their subject: "أربعة مدنيين قتلوا"."""

ONE_HURT: Final = frozenset(listed("mort killed dead wounded blesse personne person"))
AR_SINGLE: Final = frozenset(listed("قتيل شهيد جريح"))

_BROKEN: Final = listed("""
    قتيل جندي جريح شخص طفل رجل ضابط عنصر شاب طالب شهيد ارهابي فتاه سايق حارس عميل مواطن رهين عامل صحافي مهندس مدني
    عسكري شرطي مسلح فلسطيني موظف عضو فرد قيادي حارس مهاجر قيادي اجنبي اوروبي لبناني سوري عراقي تركي سعودي مصري مستوطن
""")
_DUAL_ONLY: Final = listed("قتيل جندي جريح شخص طفل رجل ضابط عنصر شاب طالب شهيد حارس عميل سايق")
"""Nouns with a broken plural: here even the ending -ين is a dual."""

DUALS: Final = frozenset(
    (
        *(f"{noun}ان" for noun in _BROKEN),
        *(f"{noun}ين" for noun in _DUAL_ONLY),
        *listed("""
        رهينتان رهينتين امراتان امراتين طفلتان طفلتين فتاتان فتاتين شقيقان شقيقين شقيقتين قتيلتان قتيلتين جثتان
        جثتين
    """),
    )
)

MILITANTS: Final = frozenset(
    listed("""
        militants militant insurgents insurgent terrorists terrorist fighters fighter jihadists jihadist assailants
        assailant attackers attacker gunmen bandits rebels extremists bomber bombers terroristes terroriste
        assaillants assaillant djihadistes jihadistes rebelles combattants attaquants kamikaze kamikazes مسلحا مسلح
        مسلحين المسلحين ارهابيا ارهابي ارهابيين الارهابيين متشددا متشددين متطرفا مهاجما مهاجمين المهاجمين عنصرا
        عناصر مقاتلا مقاتلين متمردا متمردين انتحاريا انتحاريين انتحاري حوثيا حوثيين داعشيا
    """)
)

INTERVALS_BETWEEN: Final = frozenset(
    listed("""
        hours hour days day weeks week months month years year heures heure jours jour semaines semaine mois ans ساعات
        ساعه يوم يومين ايام اسبوع اسبوعين اسابيع شهر شهرين اشهر عام عامين اعوام سنوات
    """)
)
AFTER_WORDS: Final = frozenset(("after", "apres"))

VICTIMS: Final = frozenset(
    listed("""
        soldiers soldier policemen policeman police officers civilians civilian villagers worshippers farmers children
        women passengers students peacekeepers guards residents workers troops soldats soldat militaires militaire
        policiers policier gendarmes gendarme civils civil villageois fideles paysans enfants femmes passagers eleves
        volontaires vdp habitants agents جنود جنديا جندي جنديين جنديان شرطيين شرطيان شرطي مدنيين مدنيا مدني قرويين
        اطفال طفلا نساء مصلين طلاب ركاب عسكريين عسكريا ضباط مواطنين
    """)
)
"""Those who are attacked."""

OWNERS: Final[dict[str, str]] = {
    **dict.fromkeys(listed("""
        hospital medics medical doctors hopital medicale medicaux طبي طبيه مستشفي اطباء مسعفون الصحه الهلال
    """), "medical"),
    **dict.fromkeys(
        listed("""
        army military police ministry officials official government spokesman spokesperson armee militaire
        gouvernement ministere gendarmerie officiel officielle الجيش الشرطه وزاره الداخليه الدفاع مسؤول مسؤولون
        الحكومه الرءاسه امني امنيه رسمي رسميه المتحدث
    """),
        "official",
    ),
    **dict.fromkeys(listed("witnesses witness residents temoins temoin habitants شهود سكان اهالي"), "witnesses"),
    **dict.fromkeys(listed("observatory المرصد monitor observatoire"), "monitor"),
    **dict.fromkeys(listed("un onu unicef"), "un"),
}  # fmt: skip
"""Folded word → whose figure it is."""

SAYS: Final = frozenset(
    listed("""
        said says say according selon affirme annonce indique declare rapporte told reported announced قال قالت اعلن
        اعلنت افاد افادت ذكر ذكرت اكد اكدت حسب بحسب وفق واعلن وقال وقالت وافاد وذكر مصدر مصادر statement communique
        بيان
    """)
)
