from reading_builders import told


def test_title_lead_and_body_are_told_apart():
    found = told("Attack in Gao", "One sentence here. A second one. A third one.")
    assert [sentence.position for sentence in found] == ["title", "lead", "lead", "body"]


def test_a_blocking_phrase_takes_the_trigger_inside_it():
    assert not any(entry.cls == "ev" for s in told("Striker dies of heart attack") for _hit, entry in s.entries)


def test_a_longer_trigger_covers_a_shorter_one():
    concepts = [entry.concept for _hit, entry in told("A suicide attack in Gao")[0].of("ev")]
    assert concepts == ["suicide"]


def test_only_the_top_of_a_long_text_is_read():
    found = told("Title", " ".join(f"Sentence number {n} stands here." for n in range(60)))
    assert len(found) == 9
