"""Our solvers walk the authors' trajectories."""

import pytest
import torch

from artifex.engine.sampling.solvers import build_solver
from tests.golden.cases import find_case


@pytest.mark.parametrize(("name", "solver"), [("scheduler_unipc", "unipc"), ("scheduler_dpmpp", "dpm++")])
def test_trajectories(name: str, solver: str) -> None:
    case = find_case(name)
    for combo in case.about["combos"]:
        ours = build_solver(solver, combo["steps"], combo["shift"])
        theirs = {field: case.outputs[f"{combo['key']}.{field}"] for field in ("timesteps", "sigmas", "v", "x")}
        assert torch.equal(ours.schedule.timesteps, theirs["timesteps"])
        assert torch.equal(ours.schedule.sigmas, theirs["sigmas"])
        latents = case.inputs["x0"][0]
        for index in range(combo["steps"]):
            latents = ours.step(theirs["v"][index], index, latents)
            case.check_values(latents, theirs["x"][index], f"{combo['key']} step {index}")
