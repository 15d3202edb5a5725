"""A lesson that asks another lesson's question again, last of all."""

from dataclasses import replace

from odviz.lessons.hidden_group import HiddenGroup


class WhomItHurtsAgain(HiddenGroup):
    """Declares no more than another name and place."""

    lesson = replace(HiddenGroup.lesson, name="whom-it-hurts-again", order=99)


plugin = WhomItHurtsAgain()
