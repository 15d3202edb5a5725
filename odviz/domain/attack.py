"""Why items cannot be attacked by small steps."""

from __future__ import annotations

from enum import StrEnum


class Unsuitable(StrEnum):
    """Why items cannot be attacked by small steps.

    Attributes:
        TOKENS: their numbers are names of words: the word numbered 513 is not like the one numbered 512.
        SEVERAL_INPUTS: a network with several inputs takes them.
        CATEGORIES: no feature is a measured quantity.
    """

    TOKENS = "tokens"
    SEVERAL_INPUTS = "several-inputs"
    CATEGORIES = "categories"
