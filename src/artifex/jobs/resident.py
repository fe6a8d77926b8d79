"""Keeps the last model loaded, so that the next job with the same model starts at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from artifex.catalog import manifest, registry
from artifex.catalog.plan import Plan
from artifex.recipe import Recipe

if TYPE_CHECKING:
    from artifex.catalog.contract import VideoModel


@dataclass(slots=True)
class ResidentModels:
    """One loaded model at a time, by its content hashes and how the plan places it."""

    _key: object = None
    _model: "VideoModel | None" = field(default=None)

    @property
    def empty(self) -> bool:
        """True until a model was loaded."""
        return self._model is None

    @contextmanager
    def ready(self, recipe: Recipe, plan: Plan) -> Iterator["VideoModel"]:
        """Load the recipe's model, or reuse what is resident. Raises WeightsDamaged, CannotRun."""
        key = (recipe.model, plan.placement)
        if self._model is None or key != self._key:
            spec = registry.find_model(recipe.model.name)
            manifest.require(spec, recipe.model)
            self._model = None  # let go before the next one is loaded
            self._model = registry.load_model(spec, plan)
            self._key = key
        yield self._model
