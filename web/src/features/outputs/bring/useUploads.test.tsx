import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { useUploads } from "./useUploads";

/** A request that the server refuses when `onload` is called. */
class Request {
  static sent: Request[] = [];
  readonly upload = {};
  readonly status = 507;
  readonly response = { error: { code: "out_of_space", message: "The disk is full." } };
  onload = () => {};
  onabort = () => {};
  open() {}
  abort() {
    this.onabort();
  }
  setRequestHeader() {}
  file = "";
  send(form: FormData) {
    this.file = (form.get("file") as File).name;
    Request.sent.push(this);
  }
}

beforeEach(() => {
  Request.sent = [];
  vi.stubGlobal("XMLHttpRequest", Request);
});
afterEach(() => vi.unstubAllGlobals());

const open = () =>
  renderHook(useUploads, {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
    ),
  });

it("tells of a file that was refused while another page was looked at, but nobody else", async () => {
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

it("sends no file in the name of who signs in after its sender", async () => {
  const signIn = (accessToken: string) =>
    act(() => useSession.setState({ status: "signed-in", accessToken, expiresAt: Number.POSITIVE_INFINITY }));
  signIn("ann's");
  const page = open();
  act(() => page.result.current.send([new File(["1"], "1.mp4"), new File(["2"], "2.mp4")]));
  await waitFor(() => expect(Request.sent).toHaveLength(1));
  act(() => useSession.getState().set({ status: "signed-out" }));
  signIn("bob's");
  act(() => page.result.current.send([new File(["3"], "3.mp4")]));
  await waitFor(() => expect(Request.sent.map(({ file }) => file)).toEqual(["1.mp4", "3.mp4"]));
  expect(page.result.current.uploads.map(({ name }) => name)).toEqual(["3.mp4"]);
});
