"""What a deployment is: a way to run a model file in a program on a device."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from odviz.domain.device import Platform, RuntimeFamily
from odviz.domain.model import GraphFacts, Signature


@dataclass(frozen=True, slots=True)
class DeployedModel:
    """What code that runs a model file must know of it.

    Attributes:
        file: name of the main file.
        signature: types of its input and output.
        classes: human names of the classes, in index order; empty for a task without classes.
        item: Python expression of one item, in the layout of the file and with the batch axis.
        quantizers: names of the methods that changed its number type.
        facts: operators and sizes of the file.
        arena_bytes: RAM that activations need on a microcontroller, at most; None where it is not known.
        platform: what runs programs on the device.
        backend: what the target computes on ("cpu", "gpu", "npu", "ane").
        threads: of the target; 0 if not known.
    """

    file: str
    signature: Signature
    classes: tuple[str, ...]
    item: str
    quantizers: tuple[str, ...]
    facts: GraphFacts
    arena_bytes: int | None
    platform: Platform
    backend: str
    threads: int

    @property
    def stem(self) -> str:
        """The name of the file without its suffix."""
        return self.file.rpartition(".")[0] or self.file

    @property
    def quantized(self) -> bool:
        """Whether the file takes quantized numbers."""
        return bool(self.signature.input.scale)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of code.

    Attributes:
        name: of the file.
        language: as a code viewer calls it ("kotlin").
        code: its text.
    """

    name: str
    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to run a model file in a program.

    Attributes:
        files: of code, the main one first; empty where odviz has none.
        steps: what to do beforehand, in order: packages, conversion. Markdown.
        refusal: why this file does not run like this, and which would; empty if it does.
    """

    files: tuple[SourceFile, ...] = ()
    steps: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A way to run a model file in a program on a device; a plug-in.

    Attributes:
        name: as typed ("litert-android").
        title: as shown.
        families: families of runtimes that it is for.
        platforms: platforms that it is for.
        formats: names of the formats that it takes, the preferred one first.
        converts: whether a file is converted before it runs.
        instructions: how to run a file.
        sources: files of code that contain the model, from its bytes; empty where programs read the model file.
    """

    name: str
    title: str
    families: frozenset[RuntimeFamily]
    platforms: frozenset[Platform]
    formats: tuple[str, ...]
    instructions: Callable[[DeployedModel], Instructions]
    converts: bool = False
    sources: Callable[[DeployedModel, bytes], Mapping[str, bytes]] = field(default=lambda _model, _content: {})

    def runs(self, format: str) -> bool:
        """Whether it runs files of a format as they are."""
        return format in self.formats and not self.converts


class _Template(string.Template):
    delimiter = "@"


def render(template: str, model: DeployedModel, **values: object) -> str:
    """A template with its `@name` replaced; `@@` stands for one @.

    Args:
        template: text.
        model: gives `file`, `stem`, `classes` (each in double quotes, with commas), `count` of the input, `outputs` of
            the output, `scale` and `zero` of the input, and `threads`.
        **values: further names.
    """
    read, written = model.signature.input, model.signature.output
    return _Template(template).substitute(
        file=model.file,
        stem=model.stem,
        classes=", ".join(f'"{_escaped(name)}"' for name in model.classes),
        count=count(read.shape),
        outputs=count(written.shape),
        scale=f"{read.scale:.9g}",
        zero=read.zero_point,
        threads=model.threads or 1,
        **values,
    )


def count(shape: tuple[int, ...]) -> int:
    """Numbers in a tensor."""
    product = 1
    for size in shape:
        product *= size
    return product


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
