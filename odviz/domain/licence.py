"""What the licences of models and data allow, by their SPDX ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What somebody wants to do with a model or data.

    Attributes:
        EVALUATE: measure and compare it, within one's own walls and without earning by it.
        SHARE: hand a compressed variant on, for no money.
        SELL: ship a compressed variant in a product or service that earns money.
    """

    EVALUATE = "evaluate"
    SHARE = "share"
    SELL = "sell"


class Permission(StrEnum):
    """What a licence says to a use."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not-allowed"
    NOT_KNOWN = "not-known"


class Duty(StrEnum):
    """What a licence wants in return when a file is passed on."""

    NOTICE = "notice"
    CHANGES = "changes"
    SHARE_ALIKE = "share-alike"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence whose terms are known.

    Attributes:
        title: the name of its text.
        duties: towards whom a file is passed on.
        commercial: whether it may be used to earn money.
        derivatives: whether a changed file, such as a compressed network, may be passed on.
    """

    title: str
    duties: tuple[Duty, ...] = (Duty.NOTICE,)
    commercial: bool = True
    derivatives: bool = True

    def permits(self, use: Use) -> Permission:
        """What it says to a use."""
        allowed = use is Use.EVALUATE or (self.derivatives and (self.commercial or use is Use.SHARE))
        return Permission.ALLOWED if allowed else Permission.NOT_ALLOWED


@dataclass(frozen=True, slots=True)
class LicenceCheck:
    """What is known of a use of a model or data.

    Attributes:
        subject: the model or data, as shown.
        use: what is intended.
        text: name of the licence's text, or what was recorded instead of one; empty if nothing was.
        permission: what it says.
        duties: what it wants in return; empty for a use that passes nothing on.
    """

    subject: str
    use: Use
    text: str
    permission: Permission
    duties: tuple[Duty, ...] = ()


_MARKED = (Duty.NOTICE, Duty.CHANGES)
_ALIKE = (*_MARKED, Duty.SHARE_ALIKE)
_COPYLEFT = (*_MARKED, Duty.SHARE_ALIKE, Duty.SOURCE)

LICENCES: Mapping[str, Licence] = {
    "0BSD": Licence("BSD Zero Clause License", ()),
    "AGPL-3.0-only": Licence("GNU Affero General Public License v3.0 only", _COPYLEFT),
    "AGPL-3.0-or-later": Licence("GNU Affero General Public License v3.0 or later", _COPYLEFT),
    "Apache-2.0": Licence("Apache License 2.0", _MARKED),
    "BSD-2-Clause": Licence('BSD 2-Clause "Simplified" License'),
    "BSD-3-Clause": Licence('BSD 3-Clause "New" or "Revised" License'),
    "BSL-1.0": Licence("Boost Software License 1.0"),
    "CC-BY-3.0": Licence("Creative Commons Attribution 3.0 Unported", _MARKED),
    "CC-BY-4.0": Licence("Creative Commons Attribution 4.0 International", _MARKED),
    "CC-BY-NC-4.0": Licence("Creative Commons Attribution Non Commercial 4.0 International", _MARKED, commercial=False),
    "CC-BY-NC-ND-4.0": Licence(
        "Creative Commons Attribution Non Commercial No Derivatives 4.0 International",
        commercial=False,
        derivatives=False,
    ),
    "CC-BY-NC-SA-4.0": Licence(
        "Creative Commons Attribution Non Commercial Share Alike 4.0 International", _ALIKE, commercial=False
    ),
    "CC-BY-ND-4.0": Licence("Creative Commons Attribution No Derivatives 4.0 International", derivatives=False),
    "CC-BY-SA-4.0": Licence("Creative Commons Attribution Share Alike 4.0 International", _ALIKE),
    "CC0-1.0": Licence("Creative Commons Zero v1.0 Universal", ()),
    "CDLA-Permissive-2.0": Licence("Community Data License Agreement Permissive 2.0"),
    "GPL-2.0-only": Licence("GNU General Public License v2.0 only", _COPYLEFT),
    "GPL-3.0-only": Licence("GNU General Public License v3.0 only", _COPYLEFT),
    "GPL-3.0-or-later": Licence("GNU General Public License v3.0 or later", _COPYLEFT),
    "ISC": Licence("ISC License"),
    "MIT": Licence("MIT License"),
    "MPL-2.0": Licence("Mozilla Public License 2.0", (Duty.NOTICE, Duty.SOURCE)),
    "ODC-By-1.0": Licence("Open Data Commons Attribution License v1.0"),
    "ODbL-1.0": Licence("Open Data Commons Open Database License v1.0", _ALIKE),
    "PDDL-1.0": Licence("Open Data Commons Public Domain Dedication & License 1.0", ()),
    "Unlicense": Licence("The Unlicense", ()),
}
"""By SPDX id. A text in other words may be any of them or none, so that nothing is known of what it allows."""


def check_licence(subject: str, recorded: str, use: Use) -> LicenceCheck:
    """What the licence of a model or data says to a use.

    Args:
        subject: the model or data, as shown.
        recorded: SPDX id of its licence, another text, or nothing.
        use: what is intended.
    """
    licence = LICENCES.get(recorded)
    if licence is None:
        return LicenceCheck(subject, use, recorded, Permission.NOT_KNOWN)
    permission = licence.permits(use)
    passed_on = permission is Permission.ALLOWED and use is not Use.EVALUATE
    return LicenceCheck(subject, use, licence.title, permission, licence.duties if passed_on else ())
