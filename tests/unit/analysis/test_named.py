import pytest

from odviz.analysis.named import named, only_named
from odviz.domain.errors import InputError
from tests.fakes import point

POINTS = [point(), point("int8-static"), point("int8-dynamic")]


def of(text, choose=named):
    return choose(POINTS, text, lambda one: one)


def test_a_part_of_a_name_means_all_that_have_it():
    assert of("") == POINTS and of("int8") == POINTS[1:] and of("dynamic") == POINTS[2:]


def test_a_whole_name_means_one_even_if_it_is_a_part_of_another():
    labels = {"net a": POINTS[0], "net a b": POINTS[1]}

    class Named:
        def __init__(self, label):
            self.label = label

    assert named(list(labels), "net a", Named) == ["net a"] and named(list(labels), "net", Named) == list(labels)


def test_none_or_several_are_refused_where_one_is_meant():
    assert of("fp32", only_named) == POINTS[0]
    for text in ("int8", "int4"):
        with pytest.raises(InputError, match=text):
            of(text, only_named)
    with pytest.raises(InputError, match="int4"):
        of("int4")
