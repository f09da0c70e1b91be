import pytest
from reading_builders import article, reader, told


def triggers(title):
    return {entry.concept for _hit, entry in told(title)[0].of("ev")}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("La fourrière a enlevé quarante véhicules", "abduction"),
        ("Les agents ont enlevé mardi des centaines d'affiches", "abduction"),
        ("Enlèvement des ordures : la mairie paie", "abduction"),
        ("L'enlèvement de la neige a repris", "abduction"),
        ("Loeb enlève la dernière étape", "abduction"),
        ("Un camion se renverse sur la nationale", "coup"),
        ("Un car s'est renversé mercredi", "coup"),
        ("Un piéton renversé par une voiture", "coup"),
        ("Le prévenu a renversé un verre", "coup"),
        ("Coach ousted after derby defeat", "coup"),
        ("Statue of the founder toppled", "coup"),
        ("Les clients prennent d'assaut les banques", "attack"),
        ("Accrochage entre deux taxis", "clash"),
        ("L'explosion du nombre de cas", "explosion"),
        ("Prices explode ahead of the holiday", "explosion"),
        ("انفجار في أسعار الحبوب", "explosion"),
    ],
)
def test_a_harmless_sense_triggers_nothing(text, concept):
    assert concept not in triggers(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Des hommes armés ont enlevé deux employés et leurs véhicules", "abduction"),
        ("Trois élèves enlevés à Kankara", "abduction"),
        ("Le président renversé par des militaires", "coup"),
        ("Military junta has overthrown the government", "coup"),
        ("L'assaut contre le camp a fait neuf morts", "attack"),
        ("Accrochage entre l'armée et un groupe armé", "clash"),
        ("Forte explosion près du marché", "explosion"),
        ("انفجار قرب السوق", "explosion"),
    ],
)
def test_the_violent_sense_stays(text, concept):
    assert concept in triggers(text)


@pytest.mark.parametrize(
    ("language", "title", "summary"),
    [
        ("fr", "Étoile du Sahel : l'attaque punit le Club africain", "Le club de Sousse s'est imposé 3-0 samedi."),
        ("fr", "Ségou : un car s'est renversé, trois blessés", "L'accident a eu lieu mercredi soir."),
        ("fr", "La sécheresse frappe le Sahel", "Des milliers d'éleveurs sont touchés."),
        ("fr", "Exécution du budget : le Niger à 70 %", "Le ministre a présenté jeudi le taux d'exécution."),
        ("fr", "Mort de l'ancien président des suites d'une maladie", "Il s'est éteint jeudi à Bamako."),
        ("fr", "L'opposition attaque le décret", "Les avocats ont déposé un recours mercredi."),
        ("fr", "Bilan de l'année : l'armée malienne satisfaite", "Le chef d'état-major a présenté le bilan."),
        ("fr", "Mars attaque le marché africain des confiseries", "Le groupe lance une offensive commerciale."),
        ("en", "Trade unions strike over pay in Niger", "Teachers began a two-day strike on Tuesday."),
        ("en", "Niger Delta: governor under fire over budget", "Lawmakers attacked the plan on Wednesday."),
        ("en", "Asthma attack kills teacher in Benin City", "She died on Thursday, her family said."),
        ("en", "Ransomware attack hits bank in Mali", "Hackers raided accounts on Tuesday."),
        ("en", "Box-office bomb: desert epic explodes at cinemas", "The film was ambushed by critics."),
        ("ar", "النجم الساحلي يقصف شباك الترجي", "سجل المهاجم هدفين السبت في هجوم كاسح."),
        ("ar", "استشهد الوزير بتقرير دولي حول هجمات الساحل", "قال الأربعاء إن التقرير دقيق."),
    ],
)
@pytest.mark.parametrize("whole", [True, False], ids=["with summary", "title alone"])
def test_no_trap_tells_a_fresh_event(language, title, summary, whole):
    read = reader().read(article(title, summary if whole else "", language=language))
    assert read.event is None or not read.event.fresh
