import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { useUploads } from "./useUploads";

/** A request that the server refuses when its `onload` is called. */
class Request {
  static sent: Request[] = [];
  readonly upload = {};
  readonly status = 507;
  readonly response = { error: { code: "out_of_space", message: "The disk is full." } };
  onload = () => {};
  open() {}
  send() {
    Request.sent.push(this);
  }
}

afterEach(() => vi.unstubAllGlobals());

const open = () =>
  renderHook(useUploads, {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
    ),
  });

it("tells of a file that was refused while another page was looked at, but nobody else", async () => {
  vi.stubGlobal("XMLHttpRequest", Request);
  useSession.setState({ status: "local" });
  const page = open();
  act(() => page.result.current.send([new File(["clip"], "clip.mp4")]));
  await waitFor(() => expect(Request.sent).toHaveLength(1));
  page.unmount();
  Request.sent[0]?.onload();
  const again = open();
  await waitFor(() =>
    expect(again.result.current.uploads).toMatchObject([{ name: "clip.mp4", error: "The disk is full." }]),
  );
  act(() => useSession.getState().set({ status: "signed-out" }));
  expect(again.result.current.uploads).toEqual([]);
});
