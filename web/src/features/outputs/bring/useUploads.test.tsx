import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { forgetTokens } from "@/shared/api/tokens";
import { forgetPerson } from "@/shared/person";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
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

beforeAll(() => startTexts("outputs", texts));
beforeEach(() => {
  Request.sent = [];
  vi.stubGlobal("XMLHttpRequest", Request);
});
afterEach(() => {
  act(() => useSession.getState().set({ status: "signed-out" })); // no upload holds up those of the next test
  vi.unstubAllGlobals();
});

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

it("tells who comes back after their session was over what did not arrive, but nobody else", async () => {
  const me = { id: "ann", name: "Ann", role: "member" } as const;
  act(() => useSession.setState({ status: "signed-in", me, accessToken: "a", expiresAt: Number.POSITIVE_INFINITY }));
  const page = open();
  act(() => page.result.current.send([new File(["1"], "1.mp4"), new File(["2"], "2.mp4")]));
  await waitFor(() => expect(Request.sent).toHaveLength(1));
  act(() => forgetTokens("over"));
  const error = "Your session ended before this file was there. Send it again.";
  expect(page.result.current.uploads).toMatchObject([
    { name: "1.mp4", error },
    { name: "2.mp4", error },
  ]);
  act(forgetPerson);
  expect(page.result.current.uploads).toEqual([]);
  expect(Request.sent).toHaveLength(1);
});
