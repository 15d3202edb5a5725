"""Benchmark: choose what to measure, watch it, come back to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from odviz.compression.recipes import canonical
from odviz.domain.errors import Damaged, InputError, OdvizError, RecipeError
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import State
from odviz.services import benchmark, catalogue, duration, naming, suggestions
from odviz.store import BenchmarkRecord
from odviz.ui import data, text
from odviz.ui.link import Field, one_of, passed_over, remember, restore
from odviz.ui.markup import plain
from odviz.ui.parts import benchmark_control, layout, live_benchmark, page_links, suggested_choice
from odviz.ui.parts.resume import resume
from odviz.ui.parts.stale_benchmarks import left_waiting, run_it_now
from odviz.units import counted

PAGE = "new_benchmark"
_TASK, _EFFORT, _THREADS = "task", "effort", "threads"
_MODELS, _RECIPES, _RUNTIMES = "models", "recipes", "runtimes"
_EFFORTS = {"quick": ("Quick look", QUICK), "thorough": ("Thorough", THOROUGH)}
_MOST_THREADS = 64
_SUGGESTED = {_MODELS: "models", _RECIPES: "recipes", _RUNTIMES: "runtimes"}
"""What is suggested until a person chooses."""
_PASSED_OVER = "_recipes_passed_over"
"""Sentences about some of several recipes of an address; the others are used."""
_BETWEEN = ";"
"""Between recipes in the address."""
_LIKE = 5
"""So many earlier benchmarks correct the guess of how long one takes."""


def render() -> None:
    """The page."""
    layout.page(PAGE, "New benchmark", "Measure variants of a model on this machine, and see the figures as they come.")
    with layout.guarded():
        _page()


def _page() -> None:
    fields = _fields()
    layout.say([*restore(PAGE, fields), *st.session_state.pop(_PASSED_OVER, ())])
    runner = data.runner()
    if runner.snapshot.trouble:
        st.error(plain(runner.snapshot.trouble), icon=":material/error:")
    if runner.snapshot.active:
        _stopped()
        live_benchmark.live()
    else:
        with layout.guarded(Damaged):
            _last()
    with layout.guarded():
        _start(*_choose())
    remember(PAGE, fields)


def _fields() -> tuple[Field, ...]:
    tasks = [task.name for task in catalogue.tasks()]
    runtimes = [runtime.name for runtime in catalogue.runtimes() if not runtime.reason]
    models = [model.name for task in tasks for model in catalogue.models(task)]
    return (
        Field(_TASK, one_of("task", tasks), str),
        _by_person(_MODELS, _several(one_of("model", models)), ",", of=_TASK),
        _by_person(_RECIPES, _recipes_of, _BETWEEN),
        _by_person(_RUNTIMES, _several(one_of("runtime", runtimes)), ","),
        Field(_EFFORT, one_of("effort", _EFFORTS), str),
        Field(_THREADS, _threads, str),
    )


def _by_person(key: str, read: Callable[[str], list[str]], between: str, of: str = "") -> Field:
    """A choice of several that the address says only where it is a person's own."""
    return Field(key, suggested_choice.read_by_hand(key, read), suggested_choice.written_by_hand(key, between.join), of)


def _several(read: Callable[[str], str]) -> Callable[[str], list[str]]:
    return lambda text: [read(part) for part in dict.fromkeys(text.split(",")) if part]


def _recipes_of(text: str) -> list[str]:
    """Recipes of an address: they may have names, and names may hold spaces, which divide them otherwise."""
    if _BETWEEN not in text and "=" not in text.partition(":")[0]:
        text = _BETWEEN.join(text.split())
    good, wrong = [], []
    for part in filter(None, map(str.strip, text.split(_BETWEEN))):
        try:
            good.append(_written(part))
        except OdvizError as error:
            wrong.append((part, str(error)))
    if wrong and not good:
        raise InputError(wrong[0][1])
    st.session_state[_PASSED_OVER] = [passed_over(_RECIPES, part, why) for part, why in wrong]
    return good


def _written(text: str) -> str:
    """A recipe with all it needs, under its person's name if it has one."""
    recipe = canonical(parse_recipe(text))
    return f"{recipe.name} = {recipe}" if recipe.name else str(recipe)


def _threads(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST_THREADS:
        raise InputError(f"threads are from 1 to {_MOST_THREADS}")
    return number


def _choose() -> tuple[BenchmarkPlan, bool]:
    """The controls; what a person has not chosen is a sensible suggestion.

    Returns:
        The plan, and whether it leaves out something that makes no sense.
    """
    st.header("What to measure", anchor=False)
    tasks = [task.name for task in catalogue.tasks()]
    with st.container(horizontal=True, vertical_alignment="top"):
        if st.session_state.get(_TASK) not in tasks:
            st.session_state[_TASK] = tasks[0]
        task = str(st.selectbox("Task", tasks, format_func=naming.task, key=_TASK, width=230))
        st.session_state.setdefault(_EFFORT, "quick")
        effort = str(
            st.segmented_control(
                "How carefully",
                list(_EFFORTS),
                format_func=lambda name: _EFFORTS[name][0],
                key=_EFFORT,
                required=True,
                help="Thorough times each variant in more fresh processes until its median is known to ± 2 %, or for "
                "two minutes of timing in all; a quick look stops at ± 5 % or after 20 seconds. Either can go on.",
            )
        )
        st.session_state.setdefault(_THREADS, 1)
        help_ = "Processor cores that one answer may use at once."
        threads = st.number_input("Threads", 1, _MOST_THREADS, key=_THREADS, width=130, help=help_)
    st.caption(catalogue.task(task).summary)
    quick = effort == "quick"
    models = suggested_choice.several_of(
        "Models",
        _MODELS,
        [model.name for model in catalogue.models(task)],
        suggestions.models(task, quick),
        lambda name: naming.model(task, name),
    )
    recipes, wrong = _recipes(task, quick, models)
    usable = [runtime.name for runtime in benchmark.usable_runtimes()]
    runtimes = suggested_choice.several_of("Runtimes", _RUNTIMES, usable, suggestions.runtimes(quick), naming.runtime)
    for runtime in catalogue.runtimes():
        if runtime.reason:
            st.caption(f"{runtime.title} is not here: {runtime.reason}")
    _by_hand(effort)
    return BenchmarkPlan(task, models, recipes, runtimes, int(threads), _EFFORTS[effort][1]), wrong


def _recipes(task: str, quick: bool, models: Sequence[str]) -> tuple[tuple[Recipe, ...], bool]:
    """What is to be done to the models, and whether some of it makes no sense; a person may write their own."""
    every = [str(recipe) for recipe in suggestions.recipes(task, False, models)]
    known = dict.fromkeys((*every, *(st.session_state.get(_RECIPES) or ())))
    chosen = suggested_choice.several_of(
        "Compression recipes",
        _RECIPES,
        list(known),
        [str(recipe) for recipe in suggestions.recipes(task, quick, models)],
        _recipe_words,
        own=True,
    )
    recipes, wrong = [], []
    for written in chosen:
        try:
            recipes.append(canonical(parse_recipe(written)))
        except OdvizError as error:
            wrong.append(f"“{plain(written)}”: {plain(str(error))}")
    names = [recipe.name for recipe in recipes if recipe.name]
    wrong += [f"several are named “{plain(name)}”" for name in dict.fromkeys(names) if names.count(name) > 1]
    if wrong:
        st.error("\n- ".join(("These recipes make no sense:", *wrong)), icon=":material/error:")
    methods = dict.fromkeys(step.method for recipe in recipes for step in recipe.steps)
    if methods:
        with st.expander("What these recipes do"):
            about = {method.name: method for method in catalogue.methods()}
            st.markdown("\n".join(f"- **{about[name].title}** (`{name}`): {about[name].summary}" for name in methods))
    return tuple(recipes), bool(wrong)


def _recipe_words(text: str) -> str:
    """A recipe in words with its written form; one that makes no sense stands as it was written."""
    try:
        return f"{naming.recipe(parse_recipe(text))}  ({text})"
    except OdvizError:
        return text


def _by_hand(effort: str) -> None:
    """Say what stays as it was chosen when something else changes, and offer to have it suggested again."""
    hand = [label for key, label in _SUGGESTED.items() if not suggested_choice.untouched(key)]
    care = {"quick": "for a quick look", "thorough": "for a thorough benchmark"}[effort]
    if not hand:
        st.caption(f"Models, recipes and runtimes are suggested {care}; what you change by hand stays as you chose it.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        rest = "Nothing is suggested." if len(hand) == len(_SUGGESTED) else f"The rest is suggested {care}."
        st.caption(f"Chosen by hand, and kept: {', '.join(hand)}. {rest}", width="content")
        anew, icon = (tuple(_SUGGESTED),), ":material/restart_alt:"
        st.button("Suggest all anew", type="tertiary", icon=icon, on_click=suggested_choice.discard, args=anew)


def _start(plan: BenchmarkPlan, wrong: bool) -> None:
    """Say what the plan comes to and how long it takes; start it."""
    if not plan.models or not plan.runtimes:
        st.info("Choose at least one model and one runtime.", icon=":material/checklist:")
        return
    plan, useless = _useful(plan)
    expansion = benchmark.check(plan)
    alike = [each for each in data.recent(plan.task)[:_LIKE] if _like(each, plan)]
    past = [(each, points) for each in alike if (points := data.points_of(each))]
    takes = text.between(duration.expected(plan, expansion.points, past))
    if st.button("Start measuring", type="primary", icon=":material/play_arrow:", disabled=wrong):
        benchmark_control.measure(plan)
        st.rerun()
    st.markdown(f"**{counted(len(expansion.points), 'variant')}** (operating points), {takes}. {_line(plan)}")
    left_out = (*useless, *expansion.left_out)
    if left_out:
        with st.expander(f"Left out ({len(left_out)})"):
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in left_out))


def _line(plan: BenchmarkPlan) -> str:
    """Where a plan would wait, or does already; empty where it would begin at once."""
    now = data.runner().snapshot
    ahead = len(now.queue) + bool(now.benchmark)
    if not ahead:
        return ""
    for place, identity in enumerate((now.benchmark, *now.queue)):
        known = data.found(identity) if benchmark_control.mine(identity) else None
        if known and known.plan == plan:
            where = f"number {place} in line" if place else "under way"
            return f"You have asked for this: it is {where}. Another one would wait behind {counted(ahead, 'other')}."
    return f"It would wait in line behind {counted(ahead, 'other')}."


def _useful(plan: BenchmarkPlan) -> tuple[BenchmarkPlan, list[str]]:
    """The plan without recipes that no model can take on any of its runtimes, and why; as it is if that leaves none."""
    kept, useless = [], []
    for recipe in plan.recipes:
        try:
            benchmark.check(replace(plan, recipes=(recipe,)))
        except RecipeError as error:
            useless.append(str(error))
        else:
            kept.append(recipe)
    return (replace(plan, recipes=tuple(kept)), useless) if kept else (plan, [])


def _like(record: BenchmarkRecord, plan: BenchmarkPlan) -> bool:
    return record.state is State.DONE and record.plan.effort == plan.effort and record.plan.threads == plan.threads


def _last() -> None:
    """How the newest benchmark ended, a way to its figures, and to measure the same again."""
    every = data.recent()
    left = [each for each in every if left_waiting(each)]
    if left:
        with st.container(border=True):
            st.markdown(
                f"**{counted(len(left), 'benchmark')}** {'was' if len(left) == 1 else 'were'} left waiting when odviz "
                f"was closed, the newest: {live_benchmark.described(left[0])}."
            )
            with st.container(horizontal=True, vertical_alignment="center"):
                run_it_now(left[0])
                st.page_link("pages/benchmarks.py", label="See all of them", icon=":material/history:")
    newest = next((each for each in every if each.state.ended), None)
    if newest:
        _ended(newest)


def _stopped() -> None:
    """What was stopped and concerns this visitor, while the next one in line is measured already."""
    now = data.runner().snapshot
    for identity in benchmark_control.concern():
        record = data.found(identity)
        if record and record.state is State.CANCELLED and identity not in (now.benchmark, *now.queue):
            _ended(record)
            return


def _ended(record: BenchmarkRecord) -> None:
    result = data.result_of(record)
    noisy = live_benchmark.noisy(result)
    with st.container(border=True):
        st.markdown(f"**Last:** {live_benchmark.described(record)}, {text.STATES[record.state]}.")
        if lost := text.lost(result):
            st.warning(lost, icon=":material/warning:")
        if record.failure:
            st.warning(plain(record.failure.reason), icon=":material/warning:")
        elif vague := text.vaguely_timed(result):
            st.info(vague, icon=":material/more_time:")
        if noisy:
            st.warning(live_benchmark.noise(noisy, len(result.points), "were"), icon=":material/graphic_eq:")
        with st.container(horizontal=True, vertical_alignment="center"):
            page_links.fronts(record, "See its fronts")
            resume(record)
            if st.button("Measure the same again", icon=":material/replay:", help="A new benchmark of its own."):
                benchmark_control.measure(record.plan)
                st.rerun()
