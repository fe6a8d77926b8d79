import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { someModel } from "../form/samples";
import { useForm } from "../form/store";
import { EMPTY_FORM } from "../form/types";
import { useSubmit } from "./useSubmit";

it("leads to what was made, but nobody who went elsewhere meanwhile", async () => {
  useSession.setState({ status: "local" });
  let answer = () => {};
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(
    () =>
      new Promise((resolve) => {
        answer = () => resolve(Response.json({ items: [], batch: "sheet" }));
      }),
  );
  const queries = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const done = vi.fn();
  const open = () => renderHook(() => useSubmit({ ...EMPTY_FORM, prompt: "a boat" }, someModel(), done), { wrapper });
  const isSent = (times: number) => waitFor(() => expect(fetched).toHaveBeenCalledTimes(times));
  const isOver = () => waitFor(() => expect(queries.isMutating()).toBe(0));

  const left = open();
  act(() => left.result.current.submit());
  await isSent(1);
  left.unmount();
  answer();
  await isOver();
  expect(done).not.toHaveBeenCalled();
  expect(useForm.getState().sent).toBe("a boat"); // so that signing out needs no question

  const stayed = open();
  act(() => stayed.result.current.submit());
  await isSent(2);
  answer();
  await isOver();
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
});
