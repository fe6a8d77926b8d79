import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { useFocusKept } from "./useFocusKept";

/** Rows that can be deleted, and a button beyond them. */
function Page() {
  const [rows, setRows] = useState(["a", "b", "c"]);
  const [working, setWorking] = useState(false);
  useFocusKept();
  return (
    <main id="main" tabIndex={-1}>
      <section>
        <ul>
          {rows.map((row) => (
            <li key={row}>
              <a href={`#${row}`}>Open {row}</a>
              <button type="button" onClick={() => setRows(rows.filter((one) => one !== row))}>
                Delete {row}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" disabled={working} onClick={() => setWorking(true)}>
          Elsewhere
        </button>
      </section>
      <button type="button" onClick={() => setWorking(false)}>
        Done
      </button>
    </main>
  );
}

const button = (name: string) => screen.getByRole("button", { name });
const link = (name: string) => screen.getByRole("link", { name });

it("goes from a row that was deleted to the next, from the last to the one before, and then beyond the list", async () => {
  const person = userEvent.setup();
  render(<Page />);
  for (const [deleted, next] of [
    ["Delete b", () => link("Open c")],
    ["Delete c", () => link("Open a")],
    ["Delete a", () => button("Elsewhere")],
  ] as const) {
    while (document.activeElement !== button(deleted)) await person.tab();
    await person.keyboard("{Enter}");
    await waitFor(() => expect(next()).toHaveFocus());
  }
});

it("stays where it has been taken to meanwhile", async () => {
  const person = userEvent.setup();
  render(<Page />);
  button("Delete b").focus();
  await person.keyboard("{Enter}");
  button("Elsewhere").focus();
  await new Promise((soon) => setTimeout(soon, 100));
  expect(button("Elsewhere")).toHaveFocus();
});

it("comes back to a button that was disabled while it worked", async () => {
  const person = userEvent.setup();
  render(<Page />);
  while (document.activeElement !== button("Elsewhere")) await person.tab();
  await person.keyboard("{Enter}");
  button("Elsewhere").blur(); // as browsers do
  fireEvent.click(button("Done"));
  await waitFor(() => expect(button("Elsewhere")).toHaveFocus());
});

it("is not moved for those who point", async () => {
  const person = userEvent.setup();
  render(<Page />);
  await person.click(button("Delete b"));
  await new Promise((soon) => setTimeout(soon, 100));
  expect(document.body).toHaveFocus();
});
