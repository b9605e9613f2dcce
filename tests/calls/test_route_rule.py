"""Who takes which call: examples, and what must hold in every situation."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.calls.rules.policies import PerStakes, RoutingPolicy, Way
from vigie.calls.rules.route import Agent, Decision, Situation, WaitingCall, route
from vigie.calls.rules.states import AgentState, Stakes

CLIENTS = ("conditia", "logimetrie")
SKILLS = ("language:fr", "language:en", "environment:software")
CAP_S = RoutingPolicy().cap_s


def agent(name: str, **fields: object) -> Agent:
    return Agent(**{"id": name, "skills": {"language:fr": 3}, **fields})  # type: ignore[arg-type]


def call(name: str, **fields: object) -> WaitingCall:
    return WaitingCall(**{"id": name, "client": "conditia", **fields})  # type: ignore[arg-type]


def decide(*agents: Agent, calls: list[WaitingCall], **policy: object) -> Decision:
    rules = RoutingPolicy(**policy)  # type: ignore[arg-type]
    return route(Situation(agents=agents, calls=tuple(calls), policies=dict.fromkeys(CLIENTS, rules)))


def taken(decision: Decision) -> dict[str, str]:
    return {match.call: match.agent for match in decision.matches}


def why(decision: Decision, name: str) -> tuple[str, ...]:
    return next(one.because for one in (*decision.matches, *decision.unmatched) if one.call == name)


# Examples


def test_a_critical_call_goes_before_one_that_came_earlier() -> None:
    calls = [call("early", waited_s=300), call("critical", stakes=Stakes.CRITICAL, waited_s=2)]

    decision = decide(agent("amel"), calls=calls)

    assert taken(decision) == {"critical": "amel"}
    assert why(decision, "early") == ("all_busy",)


def test_a_critical_call_gets_the_agent_kept_in_reserve() -> None:
    calls = [call("ordinary", waited_s=60), call("critical", stakes=Stakes.CRITICAL)]

    decision = decide(agent("amel"), agent("bruno", state=AgentState.TALKING), calls=calls, reserve=1)

    assert taken(decision) == {"critical": "amel"}
    assert "from_reserve" in why(decision, "critical")


def test_an_ordinary_call_leaves_the_reserve_alone_and_says_so() -> None:
    decision = decide(agent("amel"), calls=[call("ordinary", waited_s=60)], reserve=1)

    assert taken(decision) == {}
    assert why(decision, "ordinary") == ("reserved",)


def test_past_its_cap_an_ordinary_call_goes_before_a_critical_one_that_has_just_arrived() -> None:
    calls = [call("old", waited_s=CAP_S + 60), call("critical", stakes=Stakes.CRITICAL, waited_s=5)]

    decision = decide(agent("amel"), calls=calls, reserve=1)

    assert taken(decision) == {"old": "amel"}
    assert decision.order[0].because == ("past_cap",)


def test_a_critical_call_that_came_before_the_cap_still_goes_first() -> None:
    calls = [call("old", waited_s=CAP_S + 60), call("critical", stakes=Stakes.CRITICAL, waited_s=120)]

    assert taken(decide(agent("amel"), calls=calls)) == {"critical": "amel"}


def test_a_skill_nobody_logged_in_has_is_let_go_at_once() -> None:
    german = call("german", required={"language:de": 1})

    decision = decide(
        agent("amel"), agent("greta", skills={"language:de": 3}, state=AgentState.OFFLINE), calls=[german]
    )

    assert taken(decision) == {"german": "amel"}
    assert "relaxed_nobody_has:language:de" in why(decision, "german")


def test_a_call_waits_for_a_busy_agent_who_has_the_skill_but_not_for_ever() -> None:
    english = call("english", required={"language:en": 1}, waited_s=10)
    agents = (agent("amel"), agent("chloe", skills={"language:en": 2}, state=AgentState.TALKING))

    at_first = decide(*agents, calls=[english])
    later = decide(*agents, calls=[replace(english, waited_s=61)])

    assert why(at_first, "english") == ("waits_for_skill:language:en",)
    assert taken(later) == {"english": "amel"}
    assert "relaxed_waited:language:en" in why(later, "english")


def test_the_right_to_serve_a_client_is_never_let_go() -> None:
    stranger = agent("amel", clients=frozenset({"logimetrie"}))

    decision = decide(stranger, calls=[call("alone", waited_s=5000, stakes=Stakes.CRITICAL)])

    assert taken(decision) == {}
    assert decision.unmatched[0].diversion == "leave_empty"


def test_an_agent_in_wrap_up_is_left_alone_by_every_queue() -> None:
    busy = agent("amel", state=AgentState.WRAP_UP)
    calls = [call("one"), call("two", client="logimetrie", stakes=Stakes.CRITICAL)]

    decision = decide(busy, calls=calls)

    assert taken(decision) == {}
    assert decision.idle[0].because == ("not_available:wrap_up",)


def test_a_call_does_not_come_back_to_the_agent_who_refused_it() -> None:
    refused = call("refused", excluded=frozenset({"amel"}))

    assert taken(decide(agent("amel"), agent("bruno"), calls=[refused])) == {"refused": "bruno"}
    assert why(decide(agent("amel"), calls=[refused]), "refused") == ("all_refused",)


def test_a_call_whose_only_agent_refused_it_overflows_instead_of_ringing_for_ever() -> None:
    refused = call("refused", excluded=frozenset({"amel"}), waited_s=130)

    decision = decide(agent("amel"), calls=[refused], overflow_after_s=120, overflow=Way.MESSAGE)

    assert (decision.unmatched[0].diversion, decision.unmatched[0].way) == ("overflow", Way.MESSAGE)


def test_a_queue_without_agents_follows_the_clients_policy() -> None:
    for way in Way:
        decision = decide(agent("amel", state=AgentState.OFFLINE), calls=[call("alone")], leave_empty=way)

        assert (decision.unmatched[0].diversion, decision.unmatched[0].way) == ("leave_empty", way)


def test_a_call_that_lost_its_agent_goes_before_ordinary_ones() -> None:
    calls = [call("older", waited_s=400), call("lost", waited_s=90, is_head=True)]

    assert taken(decide(agent("amel"), calls=calls)) == {"lost": "amel"}


def test_a_caller_at_the_end_of_his_tether_goes_up() -> None:
    calls = [call("calm", waited_s=100), call("angry", waited_s=20, is_angry=True)]

    assert taken(decide(agent("amel"), calls=calls)) == {"angry": "amel"}


def test_positions_are_counted_within_each_client() -> None:
    calls = [call("a", waited_s=30), call("b", waited_s=20), call("x", client="logimetrie", waited_s=10)]

    assert [(p.call, p.position) for p in decide(calls=calls).order] == [("a", 1), ("b", 2), ("x", 1)]


def test_the_longest_idle_agent_is_asked_first_and_experts_after_the_hotline() -> None:
    agents = (agent("short", idle_s=5), agent("long", idle_s=50), agent("expert", idle_s=500, tier=2))

    assert taken(decide(*agents, calls=[call("a"), call("b"), call("c")])) == {"a": "long", "b": "short", "c": "expert"}


def test_an_agent_others_need_is_spared_when_another_will_do() -> None:
    bilingual = agent("bilingual", idle_s=90, skills={"language:fr": 3, "language:en": 3})
    calls = [
        call("french", waited_s=9, required={"language:fr": 1}),
        call("english", required={"language:en": 1}),
    ]

    assert taken(decide(bilingual, agent("amel"), calls=calls)) == {"french": "amel", "english": "bilingual"}


# What must hold in every situation

agents_strategy = st.lists(
    st.builds(
        Agent,
        id=st.uuids().map(str),
        state=st.sampled_from(AgentState),
        idle_s=st.floats(0, 3600),
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3)),
        clients=st.none() | st.frozensets(st.sampled_from(CLIENTS), min_size=1),
        tier=st.integers(1, 3),
        reserved_for_critical=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def calls_of(*clients: str) -> st.SearchStrategy[list[WaitingCall]]:
    return st.lists(
        st.builds(
            WaitingCall,
            id=st.uuids().map(str),
            client=st.sampled_from(clients),
            stakes=st.sampled_from(Stakes),
            waited_s=st.floats(0, 2000),
            required=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), max_size=2),
            preferred=st.lists(st.sampled_from(SKILLS), max_size=2, unique=True).map(tuple),
            is_angry=st.booleans(),
            is_head=st.booleans(),
        ),
        max_size=8,
        unique_by=lambda one: one.id,
    )


policies_strategy = st.builds(
    RoutingPolicy,
    reserve=st.integers(0, 3),
    relax_after_s=st.floats(0, 300),
    cap_s=st.floats(60, 1500),
    base=st.builds(
        PerStakes,
        comfort=st.floats(0, 100),
        unknown=st.floats(0, 100),
        hindered=st.floats(0, 300),
        critical=st.floats(2000, 9000),
    ),
)


@given(agents_strategy, calls_of(*CLIENTS), policies_strategy, st.randoms())
def test_the_order_of_the_input_changes_nothing(agents, calls, policy, random) -> None:  # type: ignore[no-untyped-def]
    policies = dict.fromkeys(CLIENTS, policy)
    straight = route(Situation(agents=tuple(agents), calls=tuple(calls), policies=policies))
    random.shuffle(agents)
    random.shuffle(calls)

    assert route(Situation(agents=tuple(agents), calls=tuple(calls), policies=policies)) == straight


@given(agents_strategy, calls_of(*CLIENTS), policies_strategy)
def test_a_match_is_allowed_and_has_the_skills_or_says_which_were_let_go(agents, calls, policy) -> None:  # type: ignore[no-untyped-def]
    decision = route(Situation(agents=tuple(agents), calls=tuple(calls), policies=dict.fromkeys(CLIENTS, policy)))

    by_id, waiting = {one.id: one for one in agents}, {one.id: one for one in calls}
    assert len({match.agent for match in decision.matches}) == len(decision.matches)
    assert {one.call for one in (*decision.matches, *decision.unmatched)} == set(waiting)
    for match in decision.matches:
        who, what = by_id[match.agent], waiting[match.call]
        assert who.state is AgentState.AVAILABLE
        assert who.clients is None or what.client in who.clients
        missing = {skill for skill, level in what.required.items() if who.skills.get(skill, 0) < level}
        let_go = {code.partition(":")[2] for code in match.because if code.startswith("relaxed_")}
        assert missing == let_go
    assert all(one.because for one in (*decision.matches, *decision.unmatched, *decision.idle, *decision.order))


@given(calls_of(*CLIENTS), policies_strategy)
def test_critical_calls_come_before_every_ordinary_call_below_its_cap(calls, policy) -> None:  # type: ignore[no-untyped-def]
    order = route(Situation(calls=tuple(calls), policies=dict.fromkeys(CLIENTS, policy))).order

    waiting = {one.id: one for one in calls}
    ordinary_seen = False
    for place in order:
        one = waiting[place.call]
        is_ordinary = one.stakes is not Stakes.CRITICAL and not one.is_head and one.waited_s < policy.cap_s
        ordinary_seen |= is_ordinary
        assert not (ordinary_seen and one.stakes is Stakes.CRITICAL)


@given(st.sampled_from([s for s in Stakes if s is not Stakes.CRITICAL]), st.floats(0, 5000), policies_strategy)
def test_nobody_starves_a_call_is_overtaken_only_by_what_arrives_before_its_cap(stakes, later_s, policy) -> None:  # type: ignore[no-untyped-def]
    waited_s = policy.cap_s + later_s + 1
    patient = call("patient", stakes=stakes, waited_s=waited_s)
    newcomers = [
        call(f"after-{n}", stakes=newcomer, waited_s=later_s * n / 8, is_angry=True)
        for n in range(8)
        for newcomer in (Stakes.CRITICAL,)
    ]

    order = route(Situation(calls=(patient, *newcomers), policies={"conditia": policy})).order

    assert order[0].call == "patient"


@settings(max_examples=200)
@given(agents_strategy, calls_of("conditia"), policies_strategy, st.dictionaries(st.sampled_from(SKILLS), st.just(3)))
def test_one_more_free_agent_never_makes_a_waiting_call_worse_off(agents, calls, policy, skills) -> None:  # type: ignore[no-untyped-def]
    before = taken(route(Situation(agents=tuple(agents), calls=tuple(calls), policies={"conditia": policy})))
    more = (*agents, Agent(id="one-more", skills=skills, idle_s=10))

    after = taken(route(Situation(agents=more, calls=tuple(calls), policies={"conditia": policy})))

    assert set(before) <= set(after)


@given(agents_strategy, calls_of(*CLIENTS), policies_strategy)
def test_ordinary_calls_never_take_the_last_agents_of_the_reserve(agents, calls, policy) -> None:  # type: ignore[no-untyped-def]
    decision = route(Situation(agents=tuple(agents), calls=tuple(calls), policies=dict.fromkeys(CLIENTS, policy)))

    waiting = {one.id: one for one in calls}
    free = {one.id: one for one in agents if one.state is AgentState.AVAILABLE}
    for match in decision.matches:
        one = waiting[match.call]
        idle = [who for who in free.values() if who.clients is None or one.client in who.clients]
        if not policy.is_urgent(one.stakes, waited_s=one.waited_s, is_head=one.is_head):
            assert len(idle) > policy.reserve
            assert not free[match.agent].reserved_for_critical
        del free[match.agent]
