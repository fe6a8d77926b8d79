import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import { type Act, act, forget } from "@/shared/live/acts";
import { type Job, useJobs } from "@/shared/live/jobs";
import { tellFault } from "@/shared/tell";

/** All actions on a model. Failures are shown as notifications. */
export function useModelActions(name: string) {
  const queries = useQueryClient();
  const params = { path: { name } };

  const fresh = () => queries.invalidateQueries({ queryKey: ["models"] });
  const run = useMutation({
    mutationFn: (work: () => Promise<Job | null>) => work(),
    onSuccess: (job) => {
      if (job !== null) useJobs.getState().put([job]);
      return fresh();
    },
    onError: tellFault,
  });

  return {
    busy: run.isPending,
    pull: (update = false) =>
      run.mutate(async () => body(await api.POST("/api/v1/models/{name}/pull", { params, body: { update } }))),
    verify: () => run.mutate(async () => body(await api.POST("/api/v1/models/{name}/verify", { params, body: {} }))),
    warm: () =>
      run.mutate(async () => (await api.POST("/api/v1/models/{name}/warm", { params, body: {} })).data ?? null),
    use: () =>
      run.mutate(async () => {
        await api.POST("/api/v1/models/{name}/use", { params });
        return null;
      }),
    /** Also deletes the ended download job, as its partial files are gone then. */
    remove: (ended: Job | null = null) =>
      run.mutate(async () => {
        await api.DELETE("/api/v1/models/{name}", { params });
        if (ended !== null) await forget(ended.id);
        await queries.invalidateQueries({ queryKey: ["system", "disk"] });
        return null;
      }),
    act: (job: Job, name: Act) => run.mutate(() => act(name, job.id)),
  };
}

export type ModelActions = ReturnType<typeof useModelActions>;
