import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe

from odviz.compression import _tflite_inline
from odviz.compression._aiedge import conversion
from odviz.compression._tflite_inline import inline, signed
from odviz.compression.base import ModelSource
from odviz.domain.model import Layout
from odviz.formats._tflite_model import packed
from odviz.library.paths import models_dir
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS

LARGE = models_dir() / "product-images" / "resnet-8-wide" / "fp32.tflite"
"""Its weights take more than 256 KiB even as int8, which is where ai-edge-quantizer begins to put them outside."""


@pytest.fixture(scope="module")
def outside():
    return bytes(quantizer.Quantizer(LARGE.read_bytes(), recipe.dynamic_wi8_afp32()).quantize().quantized_model)


def buffers(raw):
    model = schema.Model.GetRootAs(raw)
    return [model.Buffers(place) for place in range(model.BuffersLength())]


def answer(raw):
    interpreter = Interpreter(model_content=raw)
    interpreter.allocate_tensors()
    (port,) = interpreter.get_input_details()
    interpreter.set_tensor(port["index"], np.random.default_rng(0).random(port["shape"]).astype(port["dtype"]))
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def test_tensors_behind_the_flatbuffer_come_into_it_and_nothing_else_changes(outside):
    assert any(buffer.Offset() > 1 for buffer in buffers(outside))
    inside = inline(outside)
    assert not any(buffer.Offset() or buffer.Size() for buffer in buffers(inside))
    assert inside[4:8] == b"TFL3"
    np.testing.assert_array_equal(answer(inside), answer(outside))
    assert abs(len(inside) - len(outside)) < 1024


def test_they_lie_where_kernels_can_read_them(outside):
    tables = [buffer._tab for buffer in buffers(inline(outside)) if buffer.DataLength()]
    assert tables and all(table.Vector(table.Offset(4)) % 16 == 0 for table in tables)


def test_a_file_without_such_tensors_stays_as_it_is(outside):
    inside = inline(outside)
    assert inline(inside) is inside


def test_what_no_flatbuffer_could_hold_stays_as_it_is(outside, monkeypatch):
    monkeypatch.setattr(_tflite_inline, "LARGEST", 1000)
    assert inline(outside) is outside


def test_the_methods_write_such_files(tmp_path):
    target = tmp_path / "small.tflite"
    source = ModelSource(LARGE, "tflite", Layout.CHANNELS_LAST, None, True, None)  # neither is used
    assert conversion("dynamic_wi8_afp32", "").apply(source, target, {}).changed
    assert target.stat().st_size > 256 * 1024
    assert not any(buffer.Offset() for buffer in buffers(target.read_bytes()))


def test_a_file_without_a_signature_gets_one_and_can_be_quantized(tmp_path):
    raw = (models_dir() / "exercise" / "ds-cnn-0.5" / "fp32.tflite").read_bytes()
    model = schema.ModelT.InitFromPackedBuf(raw, 0)
    model.signatureDefs = []
    bare = packed(model)
    with_one = signed(bare)
    assert signed(with_one) is with_one
    np.testing.assert_array_equal(answer(with_one), answer(bare))
    path, target = tmp_path / "bare.tflite", tmp_path / "int8.tflite"
    path.write_bytes(bare)
    task = TASKS["exercise"]
    source = ModelSource(path, "tflite", Layout.CHANNELS_LAST, None, True, task.calibration())
    assert conversion("static_wi8_ai8", "").apply(source, target, {}).changed
    session = RUNTIMES["litert"].load(target, Layout.CHANNELS_LAST, 1)
    items = task.test().inputs[:100]
    before = RUNTIMES["litert"].load(path, Layout.CHANNELS_LAST, 1)
    same = [session.predict(item)[0].argmax() == before.predict(item)[0].argmax() for item in items]
    assert np.mean(same) > 0.9
