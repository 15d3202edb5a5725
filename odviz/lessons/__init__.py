"""Lessons of the page Learn. One file each; see base.LessonPlugin."""

from odviz.lessons.base import LessonPlugin
from odviz.registry import Registry

LESSONS: Registry[LessonPlugin] = Registry("lesson", __name__)


def in_order() -> tuple[LessonPlugin, ...]:
    """All lessons, in the order in which they are taught."""
    return tuple(sorted(LESSONS, key=lambda plugin: plugin.lesson.order))
