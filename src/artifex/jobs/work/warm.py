"""The ``warm`` job: loads a model before the first clip needs it."""

from artifex.catalog.manifest import lock, require_folder
from artifex.errors import Interrupted
from artifex.jobs.own_clip import own_clip
from artifex.jobs.planner import Planner
from artifex.jobs.work.task import Outcome, Task


def warm_model(task: Task) -> Outcome:
    """Request: ``{"model"}``. The model is placed as for its default clip, and stays loaded in the slot.

    Raises UnknownName, NotInstalled, WeightsDamaged, DoesNotFit, and Interrupted before loading.
    """
    planner = Planner(task.settings)
    spec = planner.named(str(task.job.request["model"]))
    require_folder(spec)
    task.report.stage("load")
    if task.report.stopping():
        raise Interrupted("Stopped.")
    recipe = own_clip(spec, lock=lock(spec))
    budget = planner.whole_machine(recipe, task.scratch, task.experts)
    fitting = planner.fit(recipe, budget, task.scratch, may_shrink=False)
    task.report.predicted({"load": fitting.plan.prediction.stages["load"]})
    with task.models.ready(fitting.recipe, fitting.plan):
        return Outcome({"model": spec.name})
