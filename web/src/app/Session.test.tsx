import { MantineProvider } from "@mantine/core";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { createPortal } from "react-dom";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import account from "@/features/account/locales/en.json";
import { api, body } from "@/shared/api/client";
import { forgetTokens } from "@/shared/api/tokens";
import { forgetPerson } from "@/shared/person";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import { queries } from "./queries";
import { Session } from "./Session";

beforeAll(() => startTexts("account", account));

let session = "good";

function serve(): void {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), "http://studio");
    if (session === "over")
      return Response.json({ error: { code: "not_signed_in", message: "Over." } }, { status: 401 });
    return Response.json(pathname.endsWith("/presets") ? { items: [] } : {});
  });
}

beforeEach(() => {
  session = "good";
  serve();
  vi.stubGlobal(
    "WebSocket",
    class {
      close() {}
    },
  );
  localStorage.clear();
  forgetPerson();
});

function signIn(id: string): void {
  session = "good";
  localStorage.setItem("artifex.refresh", "once");
  useSession.setState({
    status: "signed-in",
    me: { id, name: id, role: "member" },
    accessToken: "a",
    expiresAt: Number.POSITIVE_INFINITY,
  });
}

/** A page that has loaded something, and in whose dialog something can be typed. */
function Page() {
  const [typed, setTyped] = useState("");
  const loaded = useQuery({
    queryKey: ["presets"],
    queryFn: async () => body(await api.GET("/api/v1/presets")),
    retry: false,
  });
  if (loaded.isError) return <p>That did not work</p>;
  if (!loaded.data) return null;
  const field = <input aria-label="Name" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />;
  return createPortal(field, document.body);
}

async function open(): Promise<HTMLElement> {
  signIn("ann");
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <Session>
          <Page />
        </Session>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const field = await screen.findByLabelText("Name");
  fireEvent.change(field, { target: { value: "Evening" } });
  return field;
}

it("hides the page of whose session is over, says why, and shows it again with what was typed", async () => {
  const field = await open();
  session = "over";
  await act(() => queries.refetchQueries({ queryKey: ["presets"] }).catch(() => {}));
  expect(await screen.findByText("Your session has ended")).toBeInTheDocument();
  expect(field).not.toBeVisible();
  act(() => signIn("ann"));
  await waitFor(() => expect(field).toBeVisible());
  expect(screen.getByLabelText("Name")).toHaveValue("Evening");
  expect(screen.queryByText("Your session has ended")).not.toBeInTheDocument();
});

it("shows nothing of it to another who signs in", async () => {
  await open();
  act(() => forgetTokens("over"));
  act(() => signIn("bob"));
  expect(await screen.findByLabelText("Name")).toHaveValue("");
});

it("keeps nothing of who signed out in another window, and says so", async () => {
  await open();
  act(() => forgetTokens("elsewhere"));
  expect(await screen.findByText("You signed out in another window")).toBeInTheDocument();
  expect(screen.queryByLabelText("Name")).not.toBeInTheDocument();
});
