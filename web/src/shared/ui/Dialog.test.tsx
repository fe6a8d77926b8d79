import { MantineProvider, Menu } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { Dialog } from "./Dialog";

vi.setConfig({ testTimeout: 60_000 });

/** The ways dialogs are used: mounted when they open or before, opened by a button or from a menu. */
function Page() {
  const [asking, setAsking] = useState(false);
  const [naming, setNaming] = useState(false);
  return (
    <MantineProvider>
      <button type="button" onClick={() => setAsking(true)}>
        Ask
      </button>
      <Menu withinPortal={false}>
        <Menu.Target>
          <button type="button">More</button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsking(true)}>Ask from here</Menu.Item>
          <Menu.Item onClick={() => setNaming(true)}>Name</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking && <Dialog opened onClose={() => setAsking(false)} title="Sure?" />}
      <Dialog opened={naming} onClose={() => setNaming(false)} title="A name" />
    </MantineProvider>
  );
}

const button = (name: string) => screen.getByRole("button", { name });

it.each([
  ["Ask", []],
  ["More", ["Ask from here"]],
  ["More", ["Name"]],
])("gives the focus back to the button %s, %s", async (name, items) => {
  const person = userEvent.setup();
  render(<Page />);
  button(name).focus();
  await person.keyboard("{Enter}");
  for (const item of items) {
    (await screen.findByRole("menuitem", { name: item })).focus();
    await person.keyboard("{Enter}");
  }
  const dialog = await screen.findByRole("dialog");
  await waitFor(() => expect(dialog).toContainElement(document.activeElement as HTMLElement));
  await person.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(button(name)).toHaveFocus());
});
