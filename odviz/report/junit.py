"""The verdict of the gate as JUnit XML, which every CI service shows."""

from __future__ import annotations

from xml.etree import ElementTree

from odviz.domain.gate import ClauseDecision, GateResult, GateVerdict
from odviz.domain.text import visible
from odviz.report import gate_text
from odviz.services.naming import Name

_ELEMENTS = {GateVerdict.FAIL: "failure", GateVerdict.INCONCLUSIVE: "error"}


def junit(result: GateResult, name: Name) -> bytes:
    """One test case per decision; a clause that fails is a failure, one that is inconclusive an error.

    Args:
        result: of the gate.
        name: of operating points.
    """
    counts = {verdict: sum(one.verdict is verdict for one in result.decisions) for verdict in GateVerdict}
    attributes = {
        "name": visible(result.policy.title),
        "tests": str(len(result.decisions)),
        "failures": str(counts[GateVerdict.FAIL]),
        "errors": str(counts[GateVerdict.INCONCLUSIVE]),
    }
    root = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    for one, row in zip(result.decisions, gate_text.decision_rows(result, name), strict=True):
        _add_case(suite, one, row)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _add_case(suite: ElementTree.Element, one: ClauseDecision, row: tuple[str, ...]) -> None:
    clause, _, variant, change, allowed = map(visible, row)
    case = ElementTree.SubElement(suite, "testcase", {"classname": variant, "name": clause})
    facts = f"Change {change}; allowed {allowed or 'not known'}."
    if tag := _ELEMENTS.get(one.verdict):
        message = " ".join(filter(None, (facts, visible(gate_text.settling(one)))))
        ElementTree.SubElement(case, tag, {"type": one.verdict.value, "message": message})
    else:
        ElementTree.SubElement(case, "system-out").text = facts
