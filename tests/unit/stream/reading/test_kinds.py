import pytest
from reading_builders import told

from marsad.codes import Family, Initiator, SubType
from stream.reading.kinds import initiator, kind, of_initiator


@pytest.mark.parametrize(
    ("title", "sub_type", "family"),
    [
        ("Suicide bomber kills five in market blast", SubType.SUICIDE, Family.EXPLOSION),
        ("Roadside bomb hits convoy", SubType.IED, Family.EXPLOSION),
        ("Drone strike kills nine in Kidal", SubType.AIR, Family.AIR),
        ("قصف الطيران لمواقع المسلحين", SubType.AIR, Family.AIR),
        ("قصف مدفعي على حي سكني", SubType.SHELLING, Family.EXPLOSION),
        ("Deux soldats tués dans une embuscade", SubType.ARMED_CLASH, Family.ARMED),
        ("Attack on village kills 12 civilians", SubType.ATTACK, Family.ARMED),
        ("Attack on army base kills 12 soldiers", SubType.ARMED_CLASH, Family.ARMED),
        ("Two aid workers abducted in Chad", SubType.ABDUCTION, Family.ABDUCTION),
        ("الإفراج عن رهينتين خطفا قبل عامين", SubType.AGREEMENT, Family.RELEASE),
        ("Army retakes town after clashes", SubType.REGAINED, Family.ARMED),
        ("Coup attempt in Ouagadougou", SubType.COUP, Family.COUP),
    ],
)
def test_kind(title, sub_type, family):
    found = kind(told(title))
    assert found is not None
    assert (found.sub_type, found.family) == (sub_type, family)


def test_nothing_violent_has_no_kind():
    assert kind(told("Parliament votes on budget")) is None


@pytest.mark.parametrize(
    ("title", "state", "expected"),
    [
        ("L'armée repousse un assaut, six assaillants tués", 0.99, Initiator.NON_STATE),
        ("Soldiers die in ambush", 0.9, Initiator.NON_STATE),
        ("Army kills 20 militants", 0.9, Initiator.STATE),
        ("Attack kills five", 0.1, Initiator.NON_STATE),
        ("Attack kills five", 0.5, Initiator.UNKNOWN),
        ("Air strikes on militants' camp", 0.5, Initiator.STATE),
        ("Drone strike on market kills nine civilians", 0.95, Initiator.UNKNOWN),
    ],
)
def test_initiator(title, state, expected):
    sentences = told(title)
    found = kind(sentences)
    assert found is not None
    assert initiator(sentences, found, state) is expected


@pytest.mark.parametrize(
    ("title", "lead", "sub_type"),
    [
        ("Fighting in Goma", "Air strikes supported the army's advance, residents said.", SubType.ARMED_CLASH),
        ("Gunmen kill nine villagers and loot shops", "", SubType.ATTACK),
        ("Journalist shot dead in Manila", "He was killed at home, police said.", SubType.ATTACK),
        ("Soldiers killed in attack on base", "", SubType.ARMED_CLASH),
    ],
)
def test_what_the_title_tells_and_whom_it_hit_decide(title, lead, sub_type):
    found = kind(told(title, lead))
    assert found is not None
    assert found.sub_type == sub_type


def test_ground_that_the_state_takes_is_regained():
    found = kind(told("Town seized after clashes"))
    assert found is not None
    assert of_initiator(found, Initiator.STATE).sub_type == SubType.REGAINED
    assert of_initiator(found, Initiator.NON_STATE).sub_type == SubType.SEIZURE
