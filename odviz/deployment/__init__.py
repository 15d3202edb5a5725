"""Ways to run a model file in a program on a device. One file each; see base.Deployment."""

from odviz.deployment.base import Deployment
from odviz.domain.device import Platform, RuntimeFamily
from odviz.registry import Registry

DEPLOYMENTS: Registry[Deployment] = Registry("deployment", __name__)


def deployment(family: RuntimeFamily, platform: Platform) -> Deployment:
    """The way to run a file on a platform by a family of runtimes; else the usual way on this platform.

    Where the family is not among `Deployment.families`, published figures are of other software.
    """
    here = [candidate for candidate in DEPLOYMENTS if platform in candidate.platforms]
    exact = (candidate for candidate in here if family in candidate.families)
    usual = (candidate for candidate in here if RuntimeFamily.OTHER in candidate.families)
    return next(exact, None) or next(usual)
