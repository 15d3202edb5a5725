"""Tasks: what is predicted, on which data, by which metric. One file each; see base.Task."""

from odviz.registry import Registry
from odviz.tasks.base import Task

TASKS: Registry[Task] = Registry("task", __name__)
