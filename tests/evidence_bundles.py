"""Evidence bundles that a test packs itself, and what a check found in one."""

from odviz.domain.evidence import CheckOutcome
from odviz.services.evidence_file import manifest_of, pack


def packed(files, signer=None):
    """A bundle whose hashes are those of its files."""
    manifest = manifest_of(files)
    return pack(files, manifest, signer.sign(manifest) if signer else None)


def found(report):
    """The parts of which something differs."""
    return {check.part for check in report.of(CheckOutcome.DIFFERS)}
