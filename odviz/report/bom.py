"""A model's bill of materials: CycloneDX 1.6 with a model card, https://cyclonedx.org/docs/1.6/json/."""

from __future__ import annotations

import json
import uuid
from typing import Any

from odviz import __version__
from odviz.analysis.candidates import Candidate
from odviz.domain.card import Topic
from odviz.domain.estimate import Estimate
from odviz.domain.harm import Effect
from odviz.domain.licence import LICENCES
from odviz.domain.objective import Objective
from odviz.objectives import ENERGY
from odviz.services import naming
from odviz.services.cards import DataCard, ModelCard
from odviz.units import difference

_JOULES = 3.6e6
"""In one kWh."""


def bill_of_materials(card: ModelCard) -> dict[str, Any]:
    """The bill of materials of a model and the data that it is tested on; the same card gives the same bytes."""
    model = card.model
    reference, data = f"model:{model.task}/{model.name}", f"data:{model.task}"
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"tools": {"components": [{"type": "application", "name": "odviz", "version": __version__}]}},
        "components": [_model(card, reference, data), _data(card.data, data)],
        "dependencies": [{"ref": reference, "dependsOn": [data]}, {"ref": data}],
    }
    content = json.dumps(document, sort_keys=True)
    return {"serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}", **document}


def _model(card: ModelCard, reference: str, data: str) -> dict[str, Any]:
    model = card.model
    files = [artifact for checkpoint in model.checkpoints for artifact in checkpoint.artifacts.values()]
    return {
        "type": "machine-learning-model",
        "bom-ref": reference,
        "name": model.name,
        **({"description": model.summary} if model.summary else {}),
        **_licences(model.licence),
        "components": [
            {
                "type": "file",
                "name": artifact.path.rpartition("/")[2],
                "hashes": _hashes(artifact.sha256),
                "properties": [_property("size_bytes", artifact.size_bytes), _property("format", artifact.format)],
            }
            for artifact in files
        ],
        "modelCard": _card(card, data),
    }


def _card(card: ModelCard, data: str) -> dict[str, Any]:
    model, task = card.model, card.data.task
    parameters = {
        "task": task.title,
        **({"architectureFamily": model.family} if model.family else {}),
        "modelArchitecture": model.title,
        "datasets": [{"ref": data}],
        "inputs": [{"format": task.takes}],
        "outputs": [{"format": ", ".join(task.classes()) or "numbers"}],
    }
    metrics = [_metric(one, objective, value) for one in card.candidates for objective, value in one.estimates.items()]
    considerations = {
        "useCases": [model.intended_use] if model.intended_use else [],
        "technicalLimitations": list(model.limits),
        "fairnessAssessments": _fairness(card),
        "environmentalConsiderations": _energy(card),
    }
    return {
        "modelParameters": parameters,
        **({"quantitativeAnalysis": {"performanceMetrics": metrics}} if metrics else {}),
        "considerations": {key: value for key, value in considerations.items() if value},
        "properties": _circumstances(card),
    }


def _metric(candidate: Candidate, objective: Objective, value: Estimate) -> dict[str, Any]:
    """A figure; its slice names variant and provenance, for which the schema has no place of their own."""
    return {
        "type": f"{objective.title} ({value.unit})",
        **({} if value.value is None else {"value": repr(value.value)}),
        "slice": f"{naming.point(candidate.host_point)}; {value.provenance.value}",
        "confidenceInterval": {"lowerBound": repr(value.low), "upperBound": repr(value.high)},
    }


def _fairness(card: ModelCard) -> list[dict[str, str]]:
    """Groups of test items that a compressed variant is worse for, for certain."""
    return [
        {
            "groupAtRisk": group.name,
            "harms": f"{naming.point(one.point)}: {difference(group.difference.centre, group.difference.unit)}",
        }
        for one in (card.harm.variants if card.harm else ())
        for group in one.of(Effect.HURT)
    ]


def _energy(card: ModelCard) -> dict[str, Any]:
    """Energy of one inference of each variant, if a meter measured it."""
    energies = [one.estimates[ENERGY] for one in card.candidates if ENERGY in one.estimates]
    costs = [
        {"value": energy.centre / _JOULES, "unit": "kWh"}
        for energy in energies
        if energy.provenance.sampled and energy.unit == "J"
    ]
    provider = "the supplier of the machine that measured; whoever runs it must say which"
    consumptions = [
        {
            "activity": "inference",
            "energyProviders": [
                {"organization": {"name": provider}, "energySource": "unknown", "energyProvided": cost}
            ],
            "activityEnergyCost": cost,
        }
        for cost in costs
    ]
    return {"energyConsumptions": consumptions} if consumptions else {}


def _circumstances(card: ModelCard) -> list[dict[str, str]]:
    """What the figures are of, and what is missing and who must say it."""
    record, properties = card.benchmark, []
    if record and record.environment:
        properties = [
            _property("benchmark", record.id),
            _property("measured", record.last_measured.isoformat()),
            _property("processor", record.environment.cpu),
            _property("threads", record.plan.threads),
            _property("test_items_sha256", record.environment.data_sha256),
            _property("interval_level", 0.95),
        ]
    missing = [one for one in card.statements if not one.known]
    return properties + [
        _property(f"missing:{one.topic.value}", f"{one.why} To be said by {one.who}.") for one in missing
    ]


def _data(card: DataCard, reference: str) -> dict[str, Any]:
    description = next(one for one in card.statements if one.topic is Topic.SUMMARY)
    personal = [line for one in card.statements if one.topic is Topic.PERSONAL for line in one.lines]
    return {
        "type": "data",
        "bom-ref": reference,
        "name": card.task.name,
        "description": " ".join(description.lines),
        **_licences(card.source.licence),
        "components": [
            {
                "type": "file",
                "name": file.name,
                "hashes": _hashes(file.sha256),
                "properties": [_property("size_bytes", file.size_bytes)],
            }
            for file in card.files
        ],
        "data": [
            {
                "type": "dataset",
                "name": card.task.title,
                **({"sensitiveData": personal} if personal else {}),
            }
        ],
    }


def _licences(recorded: str) -> dict[str, Any]:
    """A licence by its SPDX id, or by the text that was recorded; nothing if nothing was."""
    if not recorded:
        return {}
    return {"licenses": [{"license": {"id" if recorded in LICENCES else "name": recorded}}]}


def _hashes(sha256: str) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": sha256}]


def _property(name: str, value: object) -> dict[str, str]:
    return {"name": f"odviz:{name}", "value": str(value)}
