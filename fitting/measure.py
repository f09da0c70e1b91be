"""How well the fields of the event are read, over the labelled news that tells a fresh one.

    MARSAD_TEST_DATA=../shared/data .venv/bin/python -m fitting.measure [--wrong]

Freshness itself is measured out of fold by fit_heads; here every article whose label is new or
update counts, whatever the heads say of it.
"""

import sys
from collections import Counter
from collections.abc import Iterator

from fitting import material
from fitting.material import Example
from marsad.codes import Initiator
from marsad.reading import Event
from stream.reading.reader import Reader


def show(*told: object, sep: str = " ") -> None:
    """A line of figures on standard output."""
    sys.stdout.write(sep.join(map(str, told)) + "\n")


def told(examples: Iterator[Example]) -> Iterator[Example]:
    """The examples that tell a fresh violent event."""
    return (example for example in examples if example.truth[3])


def judged(event: Event | None, label: dict[str, object]) -> dict[str, bool]:
    """Field → right, for the fields that the label gives."""
    result: dict[str, bool] = {"event given": event is not None}
    if event is None:
        return result
    result["fresh"] = event.fresh
    result["type"] = event.type == label["acled"]
    if label["sub"]:
        result["sub-type"] = event.sub_type == label["sub"]
    if label["country"]:
        result["country"] = event.country == label["country"]
        result["country, where one is told"] = event.country in (None, label["country"])
    if label["killed"] is not None:
        result["killed"] = event.killed is not None and event.killed.best == label["killed"]
        result["killed, where one is told"] = event.killed is None or event.killed.best == label["killed"]
    else:
        result["killed: none told"] = event.killed is None
    if label["injured"] is not None:
        result["injured"] = event.injured is not None and event.injured.best == label["injured"]
    if label["abducted"] is not None:
        result["abducted"] = event.abducted is not None and event.abducted.best == label["abducted"]
    if label.get("state_led") is not None:
        result["initiator"] = (event.initiator is Initiator.STATE) == label["state_led"]
    return result


def main() -> None:
    """Print the share of right fields for each language."""
    reader = Reader.packaged()
    wrong = "--wrong" in sys.argv
    for name, source in (("news_ar", material.news_ar()), ("news_latin", material.news_latin())):
        right: Counter[str] = Counter()
        all_of: Counter[str] = Counter()
        for example in told(source):
            event = reader.read(example.article).event
            for field, good in judged(event, example.label).items():
                all_of[field] += 1
                right[field] += good
                if wrong and not good:
                    show(
                        field,
                        example.label,
                        event and (event.sub_type, event.country, event.killed, event.initiator),
                        example.article.text[:300].replace("\n", " // "),
                        sep=" | ",
                    )
        show(name, {field: f"{right[field]}/{count} = {right[field] / count:.2f}" for field, count in all_of.items()})


if __name__ == "__main__":
    main()
