"""Keeps the last model loaded, so that the next job with the same model starts at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.catalog import manifest, registry
from artifex.catalog.plan import Plan
from artifex.jobs.winners import KeptWinners
from artifex.recipe import Recipe

if TYPE_CHECKING:
    from artifex.catalog.contract import VideoModel


@dataclass(slots=True)
class ResidentModels:
    """Holds one loaded model, keyed by its content hashes and the plan's placement."""

    shelf: Path | None = None
    """The folder of installed models; None: only models that come with the package."""
    winners: KeptWinners | None = None
    """The fastest attention backends found so far; None: this process measures them itself."""
    _key: object = None
    _name: str = ""
    _model: "VideoModel | None" = field(default=None)

    @property
    def empty(self) -> bool:
        """Whether no model is loaded."""
        return self._model is None

    @property
    def resident(self) -> str:
        """The name of the loaded model; empty if none."""
        return self._name if self._model is not None else ""

    def has(self, recipe: Recipe, plan: Plan) -> bool:
        """Whether the recipe's model is loaded with the plan's placement."""
        return self._model is not None and self._key == (recipe.model, plan.placement)

    @contextmanager
    def ready(self, recipe: Recipe, plan: Plan) -> Iterator["VideoModel"]:
        """Load the recipe's model, or reuse what is resident. Raises WeightsDamaged, CannotRun."""
        if self._model is None or not self.has(recipe, plan):
            spec = registry.find_model(recipe.model.name, self.shelf)
            manifest.require(spec, recipe.model)
            self.let_go()
            self._model = registry.load_model(spec, plan, self.winners)
            self._key, self._name = (recipe.model, plan.placement), recipe.model.name
        self._model.follow(plan)
        yield self._model

    def let_go(self) -> None:
        """Unload the model; done before the next is loaded, because there is rarely room for two."""
        if self._model is not None:
            self._model.close()
            self._model = None
