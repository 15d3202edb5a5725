"""The form for a benchmark plan: task, models, recipes, runtimes, threads and effort."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from odviz.compression import METHODS
from odviz.compression.recipes import canonical
from odviz.domain.errors import InputError, OdvizError
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.text import whole
from odviz.report import stress_text
from odviz.report.markdown import plain
from odviz.services import benchmark, catalogue, naming, suggestions
from odviz.stress import STRESS_TESTS
from odviz.tasks import TASKS
from odviz.ui.parts.benchmark_control import stress_tests
from odviz.ui.parts.suggested_choice import discard, is_suggestion, parse_choice, suggested_multiselect, write_choice
from odviz.ui.url_state import LinkProblem, UrlField, one_of

_TASK, _EFFORT, _THREADS, _STRESS = "task", "effort", "threads", "stress"
_MODELS, _RECIPES, _RUNTIMES = "models", "recipes", "runtimes"
_SUGGESTED = (_MODELS, _RECIPES, _RUNTIMES)
_EFFORTS = {"quick": ("Quick look", QUICK), "thorough": ("Thorough", THOROUGH)}
_MAX_THREADS = 64
_RECIPE_PROBLEMS = "_recipe_problems"
_RECIPE_SEPARATOR = ";"


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters of the form."""
    tasks = TASKS.names()
    runtimes = [runtime.name for runtime in catalogue.runtimes() if not runtime.reason]
    models = [model.name for task in tasks for model in catalogue.models(task)]
    return (
        UrlField(_TASK, one_of("task", tasks), str),
        _suggested_field(_MODELS, _list_of(one_of("model", models)), ",", depends_on=_TASK),
        _suggested_field(_RECIPES, _parse_recipes, _RECIPE_SEPARATOR),
        _suggested_field(_RUNTIMES, _list_of(one_of("runtime", runtimes)), ","),
        UrlField(_EFFORT, one_of("effort", _EFFORTS), str),
        UrlField(_THREADS, _parse_threads, str),
        UrlField(_STRESS, _list_of(one_of("stress test", STRESS_TESTS.names())), ",".join, depends_on=_TASK),
    )


def address_of(plan: BenchmarkPlan) -> dict[str, str]:
    """URL parameters of the form that plan this benchmark, by name."""
    effort = next((name for name, (_, effort) in _EFFORTS.items() if effort == plan.effort), "")
    return {
        _TASK: plan.task,
        _MODELS: ",".join(plan.models),
        _RECIPES: _RECIPE_SEPARATOR.join(map(str, plan.recipes)),
        _RUNTIMES: ",".join(plan.runtimes),
        **({_EFFORT: effort} if effort else {}),
        _THREADS: str(plan.threads),
    }


def recipe_problems() -> tuple[LinkProblem, ...]:
    """Recipes of the URL that were ignored while its other recipes are used; reported once."""
    return tuple(st.session_state.pop(_RECIPE_PROBLEMS, ()))


def plan_form() -> tuple[BenchmarkPlan, bool]:
    """Draw the form; models, recipes and runtimes are suggested until the visitor chooses.

    Returns:
        The plan, and whether it lacks a recipe that could not be parsed.
    """
    st.header("What to measure", anchor=False)
    task, effort, threads = _task_and_effort()
    st.caption(TASKS[task].summary)
    quick = effort == "quick"
    models = suggested_multiselect(
        "Models",
        _MODELS,
        [model.name for model in catalogue.models(task)],
        suggestions.models(task, quick),
        lambda name: naming.model(task, name),
    )
    for error in catalogue.model_errors(task):
        st.caption(f"A model of yours cannot be used: {plain(str(error))}")
    recipes, has_invalid = _recipes(task, quick, models)
    usable = [runtime.name for runtime in benchmark.usable_runtimes()]
    runtimes = suggested_multiselect("Runtimes", _RUNTIMES, usable, suggestions.runtimes(quick), naming.runtime)
    for runtime in catalogue.runtimes():
        if runtime.reason:
            st.caption(f"{runtime.title} is not available: {runtime.reason}")
    _suggestion_note(effort)
    plan = BenchmarkPlan(task, models, recipes, runtimes, threads, _EFFORTS[effort][1], stress=_stress(task))
    return plan, has_invalid


def _stress(task: str) -> tuple[str, ...]:
    """The chosen stress tests."""
    options = stress_tests(task)
    chosen = st.session_state.get(_STRESS) or ()
    st.session_state[_STRESS] = [name for name in chosen if name in options]
    return tuple(
        st.multiselect(
            "Also find out how it holds up",
            options,
            format_func=stress_text.title,
            key=_STRESS,
            placeholder="nothing further",
            help="Stress tests, after everything else: "
            + " ".join(f"**{STRESS_TESTS[name].title}**: {STRESS_TESTS[name].summary}" for name in options)
            + " They can be added later, too.",
        )
    )


def _task_and_effort() -> tuple[str, str, int]:
    tasks = TASKS.names()
    with st.container(horizontal=True, vertical_alignment="top"):
        if st.session_state.get(_TASK) not in tasks:
            st.session_state[_TASK] = tasks[0]
        task = str(st.selectbox("Task", tasks, format_func=naming.task, key=_TASK, width=230))
        st.session_state.setdefault(_EFFORT, "quick")
        effort = str(
            st.segmented_control(
                "Effort",
                list(_EFFORTS),
                format_func=lambda name: _EFFORTS[name][0],
                key=_EFFORT,
                required=True,
                help="Thorough times each variant in more fresh processes, until they agree on its median to ± 2 % "
                "or for two minutes of timing in all; a quick look stops at ± 10 % or after 15 seconds. Either can be "
                "continued.",
            )
        )
        st.session_state.setdefault(_THREADS, 1)
        threads = st.number_input(
            "Threads", 1, _MAX_THREADS, key=_THREADS, width=130, help="Processor cores that one inference may use."
        )
    return task, effort, int(threads)


def _recipes(task: str, quick: bool, models: Sequence[str]) -> tuple[tuple[Recipe, ...], bool]:
    """The chosen recipes, and whether a recipe was typed that cannot be used."""
    suggested = [str(recipe) for recipe in suggestions.recipes(task, False, models)]
    options = dict.fromkeys((*suggested, *(st.session_state.get(_RECIPES) or ())))
    chosen = suggested_multiselect(
        "Compression recipes",
        _RECIPES,
        list(options),
        [str(recipe) for recipe in suggestions.recipes(task, quick, models)],
        _recipe_title,
        free_text=True,
    )
    recipes, problems = [], []
    for text in chosen:
        try:
            recipes.append(canonical(parse_recipe(text)))
        except OdvizError as error:
            problems.append(f"“{plain(text)}”: {plain(str(error))}")
    names = [recipe.name for recipe in recipes if recipe.name]
    problems += [f"several are named “{plain(name)}”" for name in dict.fromkeys(names) if names.count(name) > 1]
    if problems:
        st.error("\n- ".join(("These recipes cannot be used:", *problems)), icon=":material/error:")
    _explain_methods(recipes)
    return tuple(recipes), bool(problems)


def _explain_methods(recipes: Sequence[Recipe]) -> None:
    names = dict.fromkeys(step.method for recipe in recipes for step in recipe.steps)
    if not names:
        return
    with st.expander("What these recipes do"):
        methods = {method.name: method for method in METHODS}
        st.markdown("\n".join(f"- **{methods[name].title}** (`{name}`): {methods[name].summary}" for name in names))


def _recipe_title(text: str) -> str:
    """A recipe in words with its written form; text that is no recipe stays as it is."""
    try:
        return f"{naming.recipe(parse_recipe(text))}  ({text})"
    except OdvizError:
        return text


def _suggestion_note(effort: str) -> None:
    """Say which choices were made by hand and stay, and offer to have them suggested again."""
    by_hand = [key for key in _SUGGESTED if not is_suggestion(key)]
    purpose = {"quick": "for a quick look", "thorough": "for a thorough benchmark"}[effort]
    if not by_hand:
        st.caption(f"Models, recipes and runtimes are suggested {purpose}; a choice made by hand stays.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        all_by_hand = len(by_hand) == len(_SUGGESTED)
        rest = "Nothing is suggested." if all_by_hand else f"The rest is suggested {purpose}."
        st.caption(f"Chosen by hand, and kept: {', '.join(by_hand)}. {rest}", width="content")
        st.button(
            "Suggest everything again",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=discard,
            args=(_SUGGESTED,),
        )


def _suggested_field(key: str, parse: Callable[[str], list[str]], separator: str, depends_on: str = "") -> UrlField:
    """A multiple choice that the URL contains only if it was made by hand."""
    return UrlField(key, parse_choice(key, parse), write_choice(key, separator.join), depends_on)


def _list_of(parse: Callable[[str], str]) -> Callable[[str], list[str]]:
    return lambda text: [parse(part) for part in dict.fromkeys(text.split(",")) if part]


def _parse_recipes(text: str) -> list[str]:
    """Recipes separated by `;`, or by spaces where no recipe has a name (names may contain spaces)."""
    if _RECIPE_SEPARATOR not in text and "=" not in text.partition(":")[0]:
        text = _RECIPE_SEPARATOR.join(text.split())
    recipes, problems = [], []
    for part in filter(None, map(str.strip, text.split(_RECIPE_SEPARATOR))):
        try:
            recipes.append(_canonical_text(part))
        except OdvizError as error:
            problems.append(LinkProblem(_RECIPES, part, str(error)))
    if problems and not recipes:
        raise InputError(problems[0].reason)
    st.session_state[_RECIPE_PROBLEMS] = problems
    return recipes


def _canonical_text(text: str) -> str:
    """A recipe with all its options, under its name if it has one."""
    recipe = canonical(parse_recipe(text))
    return f"{recipe.name} = {recipe}" if recipe.name else str(recipe)


def _parse_threads(text: str) -> int:
    threads = whole(text)
    if not 1 <= threads <= _MAX_THREADS:
        raise InputError(f"threads are from 1 to {_MAX_THREADS}")
    return threads
