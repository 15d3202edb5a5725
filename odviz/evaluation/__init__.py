"""What is asked of answers: a predictor's outputs in, figures out; no I/O."""

from odviz.evaluation.answers import answers, by_class, by_group, correct, judge
from odviz.evaluation.verdict import engines_disagree, verdict

__all__ = ["answers", "by_class", "by_group", "correct", "engines_disagree", "judge", "verdict"]
