"""Python programs that run a model file by one of odviz's own runtimes."""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, SourceFile, render
from odviz.runtimes import RUNTIMES


def classifier(runtime: str, model: DeployedModel) -> SourceFile:
    """A program that prints the label of one item; what the model returns, for a task without classes.

    Args:
        runtime: name of the runtime.
        model: the file.
    """
    result = "labels[scores.argmax()]" if model.classes else "scores"
    labels = "labels = [@classes]\n" if model.classes else ""
    code = RUNTIMES[runtime].snippet + f"{labels}print({result})\n"
    return SourceFile("classify.py", "python", render(code, model, item=model.item))


_DELEGATED = """\
import numpy
from ai_edge_litert.interpreter import Interpreter, load_delegate  # pip install ai-edge-litert

delegate = load_delegate("@library", @options)
interpreter = Interpreter("@file", experimental_delegates=[delegate])
"""


def delegated(model: DeployedModel, library: str, options: str) -> SourceFile:
    """The program for LiteRT with a delegate.

    Args:
        model: the file.
        library: name of the delegate's shared library.
        options: Python dictionary of its options.
    """
    plain = classifier("litert", model)
    opened = f'interpreter = Interpreter("{model.file}")\n'
    rest = plain.code[plain.code.index(opened) + len(opened) :]
    head = render(_DELEGATED, model, library=library, options=options)
    return SourceFile(plain.name, plain.language, head + rest)
