import numpy as np
import pytest
from scipy import special

from odviz.metrics.confidence import class_probabilities

LOGITS = np.random.default_rng(0).normal(0, 3, (50, 4)).astype(np.float32)


def test_logits_and_their_softmax_give_the_same_probabilities():
    expected = special.softmax(LOGITS.astype(float), axis=1)
    assert class_probabilities((LOGITS,)) == pytest.approx(expected)
    assert class_probabilities((special.softmax(LOGITS, axis=1),)) == pytest.approx(expected, abs=1e-6)


def test_eight_bit_probabilities_are_no_logits():
    rounded = np.round(special.softmax(LOGITS, axis=1) * 256) / 256
    probabilities = class_probabilities((rounded,))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(50))
    assert (probabilities.argmax(axis=1) == LOGITS.argmax(axis=1)).mean() > 0.9
    assert abs(probabilities - rounded).max() < 0.05


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_a_single_output_is_that_of_the_second_of_two_classes(shape):
    chances = np.array([0.1, 0.5, 0.9])
    expected = np.stack([1 - chances, chances], axis=1)
    assert class_probabilities((chances.reshape(shape),)) == pytest.approx(expected)
    assert class_probabilities((special.logit(chances).reshape(shape),)) == pytest.approx(expected)


def test_what_is_not_finite_has_no_probabilities():
    outputs = LOGITS.copy()
    outputs[3, 1] = np.inf
    probabilities = class_probabilities((outputs,))
    assert np.isnan(probabilities[3]).all()
    assert np.isfinite(np.delete(probabilities, 3, axis=0)).all()
    with pytest.raises(ValueError, match="classes"):
        class_probabilities((np.zeros((2, 3, 4)),))
