"""Words that are violence only beside the right object: one also removes wrecks, overturns in a lorry, storms counters.

The lexicon knows the word; here its neighbours in the sentence decide. What is listed is what is done to things,
so that an object nobody thought of leaves the word its violent sense.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stream.reading.words import Word, listed

_THINGS: Final = frozenset(
    listed("""
        vehicule vehicules voiture voitures epave epaves carcasse carcasses moto motos ordure ordures dechet dechets
        immondices poubelle poubelles encombrants affiche affiches pancarte pancartes panneau panneaux banderoles neige
        gravats decombres debris boue boues sable arbre arbres branches barrage barrages barricade barricades obstacles
        tache taches masque masques mine mines munitions engins corps depouille sacs conteneurs marchandise
        marchandises fret etals kiosques pneus cables antenne tumeur kyste amiante graffitis tags statue statues
    """)
)
_PRIZES: Final = frozenset(
    listed("""
        victoire match etape titre trophee coupe medaille medailles set manche tournoi championnat marche contrat
        contrats scrutin election siege mise course prix suffrages sieges appel
    """)
)
_PEOPLE: Final = frozenset(
    listed("""
        personne personnes homme hommes femme femmes enfant enfants eleve eleves fille filles garcon garcons civil
        civils villageois habitant habitants ressortissant ressortissants employe employes travailleur travailleurs
        humanitaire humanitaires otage otages soldat soldats militaire militaires policier policiers gendarme gendarmes
        pretre religieuse religieuses journaliste journalistes chef maire prefet juge medecin medecins infirmier
        chauffeur chauffeurs touriste touristes etudiant etudiants fidele fideles passager passagers commercant
        commercants berger bergers eleveurs paysans orpailleurs ravisseurs kidnappeurs assaillants rancon mineurs
        mineur opposant opposants militant activiste activistes imam pasteur eveque cooperant humanitaire
    """)
)
_POWER: Final = frozenset(
    listed("""
        president presidente gouvernement regime pouvoir junte roi monarchie ministre chef etat dirigeant dirigeants
        dictateur dictature autorites elu transition putsch putschistes coup armee militaires militaire soldats
        officiers colonel capitaine general president's government king leader leaders ruler rulers power army military
        soldiers junta coup prime minister monarchy rebels dictator
    """)
)
_UPSET: Final = frozenset(
    listed("""
        se s camion camions car cars bus autocar minibus voiture voitures vehicule vehicules moto motos tricycle
        pirogue pirogues embarcation bateau barque pieton pietons cycliste ecolier tendance situation jugement score
        resultat charge vapeur chauffeur conducteur lorry truck coach striker champion champions statue tree trees
        leader's manager side team record holders title scaffolding
    """)
)
_COUNTERS: Final = frozenset(
    listed("""
        guichet guichets banque banques magasin magasins boutique boutiques rayon rayons client clients clientele
        acheteurs usagers voyageurs vacanciers touristes supporteurs supporters fans billetterie billets stations gares
        plages reseaux candidats electeurs parents marches soldes ciel sommet sommets
    """)
)
_ARMED: Final = frozenset(
    listed("""
        soldat soldats militaire militaires armee groupe groupes djihadiste djihadistes jihadiste jihadistes terroriste
        terroristes arme armes armee armees tirs rebelle rebelles patrouille gendarmes gendarmerie forces milice
        milices combattants tues tue morts blesses fama vdp jnim frontiere position positions assaillants
    """)
)
_PRICES: Final = frozenset(
    listed("""
        prix cas nombre demande demandes cout couts loyers ventes chiffres inscriptions dette deficit importations
        exportations population demographique demographie joie colere rire applaudissements chomage trafic price prices
        demand cost costs sales cases population joy laughter colour numbers rents debt popularity interest اسعار
        الاسعار سكاني السكان السكاني ديموغرافي ديون الديون غضب الضحك المعلومات
    """)
)


@dataclass(frozen=True, slots=True)
class _Sense:
    """When the words beginning so, told under these concepts, are no violence."""

    concepts: frozenset[str]
    stems: tuple[str, ...]
    spoils: frozenset[str] = frozenset()
    """Words near it that make it harmless…"""
    saves: frozenset[str] = frozenset()
    """…unless one of these stands near too."""
    needs: frozenset[str] = frozenset()
    """Words of which one must stand in the sentence."""
    near: int = 5


_SENSES: Final = (
    _Sense(frozenset(("abduction",)), ("enlev",), _THINGS | _PRIZES, saves=_PEOPLE, near=7),
    _Sense(frozenset(("coup",)), ("renvers", "toppl", "oust", "overthr"), _UPSET, needs=_POWER, near=4),
    _Sense(frozenset(("attack",)), ("assaut",), _COUNTERS, saves=_ARMED, near=6),
    _Sense(frozenset(("clash",)), ("accrochage",), needs=_ARMED),
    _Sense(frozenset(("explosion",)), ("explos", "explod", "انفجار", "انفجر"), _PRICES, near=3),
)
_LONGEST_TRIGGER: Final = 5
"""Words of a trigger among which the one with senses stands ("a ete enlevee")."""
_REACH: Final = 200
"""Characters of the folded text that hold so many words."""
_STEMS: Final = {
    concept: tuple(stem for sense in _SENSES if concept in sense.concepts for stem in sense.stems)
    for sense in _SENSES
    for concept in sense.concepts
}


def means_violence(concept: str, start: int, sentence: Sequence[Word]) -> bool:
    """Whether the trigger at ``start`` (offset in the raw text) has its violent sense in this sentence."""
    at = bisect_left(sentence, start, key=_begins)
    if at >= len(sentence):
        return True
    said = sentence[at : at + _LONGEST_TRIGGER]
    for sense in _SENSES:
        index = next((at + i for i, word in enumerate(said) if word.text.startswith(sense.stems)), None)
        if concept in sense.concepts and index is not None and not _holds(sense, index, sentence):
            return False
    return True


def has_senses(concept: str, norm: str, start: int) -> bool:
    """Whether a trigger of this concept, at ``start`` in the folded text, may be harmless: a stem stands in reach."""
    if concept not in _STEMS:
        return False
    reach = " ".join(norm[start : start + _REACH].split(" ", _LONGEST_TRIGGER)[:_LONGEST_TRIGGER])
    return any(stem in reach for stem in _STEMS[concept])


def _begins(word: Word) -> int:
    return word.start


def _holds(sense: _Sense, index: int, sentence: Sequence[Word]) -> bool:
    near = {word.text for word in sentence[max(0, index - sense.near) : index + sense.near + 1]}
    if near & sense.spoils and not near & sense.saves:
        return False
    return not sense.needs or any(word.text in sense.needs for word in sentence)
