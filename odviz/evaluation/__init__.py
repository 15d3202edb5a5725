"""What is asked of answers: a predictor's outputs in, figures out; no I/O."""

from odviz.evaluation.answers import NO_ANSWER, answers, correct
from odviz.evaluation.verdict import runtimes_disagree, verdict

__all__ = ["NO_ANSWER", "answers", "correct", "runtimes_disagree", "verdict"]
