import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { api, body, newKey } from "@/shared/api/client";
import { useJobs } from "@/shared/live/jobs";
import { toJobs } from "../form/clips";
import { useForm } from "../form/store";
import type { ClipForm, JobBody, Model } from "../form/types";

export interface Made {
  jobs: number;
  batches: string[];
}

/** A submission, kept until the server has confirmed it: a retry must not create the clips twice. */
interface Attempt {
  form: string;
  prompt: string;
  key: string;
  bodies: JobBody[];
}

export function useSubmit(form: ClipForm, model: Model | undefined, done: (made: Made) => void) {
  const attempt = useRef<Attempt | null>(null);
  const busy = useRef(false);
  const mutation = useMutation({
    mutationFn: (wanted: Attempt) => sendAll(wanted),
    onSuccess: (_made, { prompt }) => {
      attempt.current = null;
      useForm.setState({ sent: prompt });
    },
    onSettled: () => {
      busy.current = false;
    },
  });

  const submit = () => {
    if (model === undefined || busy.current) return; // the button is disabled only at the next render
    busy.current = true;
    const text = JSON.stringify([form, model.name]);
    if (attempt.current?.form !== text) {
      attempt.current = { form: text, prompt: form.prompt, key: newKey(), bodies: toJobs(form, model) };
    }
    mutation.mutate(attempt.current, { onSuccess: done }); // not called once the user has left the page
  };
  return { submit, isPending: mutation.isPending, error: mutation.error, reset: mutation.reset };
}

async function sendAll({ key, bodies }: Attempt): Promise<Made> {
  const batches: string[] = [];
  let jobs = 0;
  for (const [at, wanted] of bodies.entries()) {
    const made = body(await api.POST("/api/v1/jobs", { body: wanted, headers: { "Idempotency-Key": `${key}-${at}` } }));
    useJobs.getState().put(made.items);
    jobs += made.items.length;
    if (made.batch !== null) batches.push(made.batch);
  }
  return { jobs, batches };
}
