"""Each mistake in a rule or routes file with its exact message."""

import pytest
from integration.alerts.config_files import DESK, GOOD, problems, rule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            rule("sevrity: high"),
            "rules.yaml:4: rules[0].sevrity: unknown key 'sevrity' (did you mean 'severity'?)",
            id="unknown key",
        ),
        pytest.param(
            rule(when="{regoins: [sahel]}"),
            "rules.yaml:3: rules[0].when.regoins: unknown key 'regoins' (did you mean 'regions'?)",
            id="unknown condition",
        ),
        pytest.param(
            "rules:\n  - when: {fresh: true}",
            "rules.yaml:2: rules[0].name: the key 'name' is missing: add it",
            id="no name",
        ),
        pytest.param(
            "rules:\n  - name: One Rule\n    when: {fresh: true}",
            "rules.yaml:2: rules[0].name: string should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$', not 'One Rule'",
            id="bad name",
        ),
        pytest.param(
            rule(when="{regions: [sahell]}"),
            "rules.yaml:3: rules[0].when.regions[0]: unknown region 'sahell' (did you mean 'sahel'?)",
            id="unknown region",
        ),
        pytest.param(
            rule(when="{actors: [jnimm]}"),
            "rules.yaml:3: rules[0].when.actors[0]: unknown actor 'jnimm' (did you mean 'jnim'?)",
            id="unknown actor",
        ),
        pytest.param(
            rule(when="{topics: [war]}"),
            "rules.yaml:3: rules[0].when.topics[0]: unknown topic 'war': write one of medtop:20000056",
            id="unknown topic",
        ),
        pytest.param(
            rule(when="{feeds: [sahara-buletin]}"),
            "rules.yaml:3: rules[0].when.feeds[0]: unknown feed 'sahara-buletin' (did you mean 'sahara-bulletin'?)",
            id="unknown feed",
        ),
        pytest.param(
            rule(when="{tags: [wires]}"),
            "rules.yaml:3: rules[0].when.tags[0]: unknown tag 'wires' (did you mean 'wire'?)",
            id="unknown tag",
        ),
        pytest.param(
            rule(when="{types: [Battels]}"),
            "rules.yaml:3: rules[0].when.types[0]: unknown event type 'Battels' (did you mean 'Battles'?)",
            id="unknown type",
        ),
        pytest.param(
            rule(when="{sub_types: [Suicide bom]}"),
            "rules.yaml:3: rules[0].when.sub_types[0]: unknown sub-type 'Suicide bom' (did you mean 'Suicide bomb'?)",
            id="unknown sub-type",
        ),
        pytest.param(
            rule(when="{status: [real]}"),
            "rules.yaml:3: rules[0].when.status[0]: unknown status 'real': write one of actual, foiled, historical, "
            "hypothetical, statistical, denied",
            id="unknown status",
        ),
        pytest.param(
            rule("severity: loud"),
            "rules.yaml:4: rules[0].severity: unknown severity 'loud': write one of info, low, medium, high, critical",
            id="unknown severity",
        ),
        pytest.param(
            rule(when="{regions: []}"),
            "rules.yaml:3: rules[0].when.regions: an empty list matches nothing: name something, or leave the key out",
            id="empty list",
        ),
        pytest.param(
            rule(when="{regions: sahel}"),
            "rules.yaml:3: rules[0].when.regions: write a list: [sahel], not 'sahel'",
            id="no list",
        ),
        pytest.param(
            rule(when="{}"),
            "rules.yaml:3: rules[0].when: a rule without conditions would hold for every story: write what it is about",
            id="no conditions",
        ),
        pytest.param(
            rule(when="{types: [Riots], sub_types: [Suicide bomb]}"),
            "rules.yaml:3: rules[0].when.sub_types[0]: 'Suicide bomb' is of the type 'Explosions/Remote violence', "
            "which `types` leaves out: add the type, or take the sub-type away",
            id="sub-type of another type",
        ),
        pytest.param(
            rule(when="{fresh: true, status: [foiled]}"),
            "rules.yaml:3: rules[0].when.status: only an actual event is fresh: add actual, or leave `fresh` out",
            id="fresh and foiled",
        ),
        pytest.param(
            rule(when="{regions: [sahel], countries: [NG]}"),
            "rules.yaml:3: rules[0].when.countries[0]: 'NG' is not in the region sahel: both are required of a story",
            id="country outside the region",
        ),
        pytest.param(
            rule(when="{countries: [ML], admin1: [NE-1]}"),
            "rules.yaml:3: rules[0].when.admin1[0]: 'NE-1' lies in no country of `countries`: add NE",
            id="division outside the countries",
        ),
        pytest.param(
            rule(when="{regions: [lake-chad], admin1: [NG-LA]}"),
            "rules.yaml:3: rules[0].when.admin1[0]: 'NG-LA' is not in the region lake-chad: both are "
            "required of a story",
            id="division outside the region",
        ),
        pytest.param(
            rule(when="{toll: {}}"),
            "rules.yaml:3: rules[0].when.toll: no number: write killed, injured or abducted",
            id="toll of nothing",
        ),
        pytest.param(
            rule(when="{toll: {killed: 0}}"),
            "rules.yaml:3: rules[0].when.toll.killed: input should be greater than or equal to 1, not 0",
            id="toll of zero",
        ),
        pytest.param(
            rule("likely: 0.4"),
            "rules.yaml:4: rules[0].likely: 'likely' needs 'hold': a match between likely and sure is held for a "
            "second source",
            id="likely without hold",
        ),
        pytest.param(
            rule("hold: 10m"),
            "rules.yaml:4: rules[0].hold: 'hold' needs 'likely': a match between likely and sure is held for a "
            "second source",
            id="hold without likely",
        ),
        pytest.param(
            rule("sure: 0.4", "likely: 0.6", "hold: 10m"),
            "rules.yaml:5: rules[0].likely: likely (0.6) must be below sure (0.4): lower it, or leave likely "
            "and hold out",
            id="likely above sure",
        ),
        pytest.param(
            rule("likely: 0.1", "hold: 0m"),
            "rules.yaml:5: rules[0].hold: a hold of no time waits for nothing: write a duration such as 10m, or leave "
            "likely and hold out",
            id="hold of no time",
        ),
        pytest.param(
            rule("likely: 0.1", "hold: soon"),
            "rules.yaml:5: rules[0].hold: 'soon' is no duration: write a whole number and s, m, h or d, as in 10m",
            id="no duration",
        ),
        pytest.param(
            rule("sure: 1.2"),
            "rules.yaml:4: rules[0].sure: input should be less than or equal to 1, not 1.2",
            id="no probability",
        ),
        pytest.param(
            rule(when="{text: {}}"),
            "rules.yaml:3: rules[0].when.text: no terms: write any, all or none",
            id="text without terms",
        ),
        pytest.param(
            rule(when='{text: {any: ["!?"]}}'),
            "rules.yaml:3: rules[0].when.text.any[0]: '!?' has no letter or digit to look for",
            id="term without letters",
        ),
        pytest.param(
            rule(when='{text: {any: ["bo*mb"]}}'),
            "rules.yaml:3: rules[0].when.text.any[0]: 'bo*mb': a * may only end a term",
            id="star inside",
        ),
        pytest.param(
            rule(when="{text: {all: [mine], none: [mine]}}"),
            "rules.yaml:3: rules[0].when.text.all[0]: 'mine' is also under `none`: the rule could never hold",
            id="wanted and unwanted",
        ),
        pytest.param(
            rule("updates: {on: [deaths]}"),
            "rules.yaml:4: rules[0].updates.on[0]: input should be 'killed', 'injured', 'abducted', 'claimed_by', "
            "'perpetrator', 'initiator', 'place', 'status', 'sub_type' or 'sources', not 'deaths'",
            id="unknown change",
        ),
        pytest.param(
            "disable: [new-sahel-atack]",
            "rules.yaml:1: disable[0]: there is no shipped rule 'new-sahel-atack' (did you mean 'new-sahel-attack'?)",
            id="unknown shipped rule",
        ),
        pytest.param(
            rule() + "\n  - name: one\n    when: {fresh: true}",
            "rules.yaml:4: rules[1].name: the rule 'one' stands twice (first at {folder}/rules.yaml:2): rename one",
            id="same name twice",
        ),
        pytest.param("rules: [", "rules.yaml:1: not valid YAML: expected the node content", id="no YAML"),
    ],
)
def test_a_bad_rule_file(tmp_path, text, message):
    (problem,) = problems(tmp_path, rules=text, shipped=True)
    assert problem.startswith(message.replace("{folder}", str(tmp_path)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "receivers:\n  - name: desk\n    urls: [slack://token/secret/canary]\nroutes:\n  - receivers: [desk]",
            "routes.yaml:3: receivers[0].urls[0]: a URL may hold a secret: put it in a file or the environment, "
            "and write {file: PATH} or {env: NAME}",
            id="inline URL",
        ),
        pytest.param(
            "receivers:\n  - name: desk\n    urls: [{env: 'slack://token/secret/canary'}]\n"
            "routes:\n  - receivers: [desk]",
            "routes.yaml:3: receivers[0].urls[0].env: a URL may hold a secret: put it in a file or the environment, "
            "and write {file: PATH} or {env: NAME}",
            id="inline URL as a variable's name",
        ),
        pytest.param(
            "receivers:\n  - {name: desk}\nroutes:\n  - receivers: [desk]",
            "routes.yaml:2: receivers[0]: receiver 'desk' reaches nobody: give it urls, or console: true",
            id="receiver that reaches nobody",
        ),
        pytest.param(
            "receivers:\n  - {name: desk, urls: [{env: A, file: b}]}\nroutes:\n  - receivers: [desk]",
            "routes.yaml:2: receivers[0].urls[0]: write exactly one of {env: NAME} and {file: PATH}",
            id="two references",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: [dsek]",
            "routes.yaml:4: routes[0].receivers[0]: unknown receiver 'dsek' (did you mean 'desk'?)",
            id="unknown receiver",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: [desk]\n    match: {rules: [onee]}\ndefault: [desk]",
            "routes.yaml:5: routes[0].match.rules[0]: unknown rule 'onee' (did you mean 'one'?)",
            id="unknown rule",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: [desk]\n    match: {regions: [sahell]}\ndefault: [desk]",
            "routes.yaml:5: routes[0].match.regions[0]: unknown region 'sahell' (did you mean 'sahel'?)",
            id="unknown region",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: [desk]\n    match: {severity: high}",
            "routes.yaml:3: routes: alerts that no route takes would reach nobody: one (no route takes it): add a "
            "route, or `default: [RECEIVER]`",
            id="rule that reaches nobody",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: [desk]\n    match: {countries: [ML]}",
            "routes.yaml:3: routes: alerts that no route takes would reach nobody: one (outside ML): add a route, or "
            "`default: [RECEIVER]`",
            id="rule that reaches nobody in some countries",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: [desk]\n    match: {rules: [one], severity: high}\ndefault: [desk]",
            "routes.yaml:5: routes[0].match.severity: no rule that this route names is of severity 'high' or more: "
            "lower it",
            id="route too severe",
        ),
        pytest.param(
            DESK + "  - {name: desk, console: true}\nroutes:\n  - receivers: [desk]",
            "routes.yaml:3: receivers[1].name: the receiver 'desk' stands twice: rename or remove one",
            id="receiver twice",
        ),
        pytest.param(
            "routes: [{receivers: [desk]}]",
            "routes.yaml:1: routes: there are no receivers to route to: add `receivers:`",
            id="no receivers",
        ),
        pytest.param(
            DESK + "routes:\n  - receivers: []",
            "routes.yaml:4: routes[0].receivers: an empty list matches nothing: name something, or leave the key out",
            id="route to nobody",
        ),
        pytest.param(
            "receivers:\n  - {name: desk, console: true, language: de}\nroutes:\n  - receivers: [desk]",
            "routes.yaml:2: receivers[0].language: input should be 'ar', 'en' or 'fr', not 'de'",
            id="unknown language",
        ),
    ],
)
def test_a_bad_routes_file(tmp_path, text, message):
    found = problems(tmp_path, rules=GOOD, routes=text)
    assert found[0] == message
    assert "canary" not in "".join(found)
