from reading_builders import told


def test_title_lead_and_body_are_told_apart():
    found = told("Attack in Gao", "One sentence here. A second one. A third one.")
    assert [sentence.position for sentence in found] == ["title", "lead", "lead", "body"]


def test_a_blocking_phrase_takes_the_trigger_inside_it():
    assert not any(entry.cls == "ev" for s in told("Striker dies of heart attack") for _hit, entry in s.entries)


def test_a_longer_trigger_covers_a_shorter_one():
    concepts = [entry.concept for _hit, entry in told("A suicide attack in Gao")[0].of("ev")]
    assert concepts == ["suicide"]


def test_hits_of_several_classes_come_in_the_order_of_the_text():
    (sentence,) = told("12 soldiers killed in ambush and attack, nine killed in raid")
    found = [(hit.start, entry.cls) for hit, entry in sentence.of("kill", "ev", "none")]
    assert found == sorted(found)
    assert {name for _start, name in found} == {"ev", "kill"}
    assert [hit.start for hit, _entry in sentence.of("kill")] == [start for start, name in found if name == "kill"]
    assert not sentence.of("none")
    assert not sentence.of("none", "other")


def test_a_class_weighs_as_its_strongest_word():
    (sentence,) = told("Army denies and does not confirm ambush")
    for name in ("neg", "ev"):
        weights = [entry.weight for _hit, entry in sentence.of(name)]
        assert sentence.weights[name] == (min if name == "neg" else max)(weights)


def test_only_the_top_of_a_long_text_is_read():
    found = told("Title", " ".join(f"Sentence number {n} stands here." for n in range(60)))
    assert len(found) == 9
