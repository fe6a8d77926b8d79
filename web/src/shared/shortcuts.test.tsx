import { MantineProvider, Modal } from "@mantine/core";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ShortcutName, useKeys, useShortcut } from "./shortcuts";

afterEach(() => useKeys.setState({ chosen: {} }));

function Hearing({ name, told }: { name: ShortcutName; told: () => void }) {
  useShortcut(name, told);
  return <button type="button">behind</button>;
}

/** A mock that is called each time the shortcut is pressed. */
function hear(name: ShortcutName) {
  const told = vi.fn();
  render(<Hearing name={name} told={told} />);
  return told;
}

const press = (init: KeyboardEventInit) => fireEvent.keyDown(document.body, init);

describe("a shortcut", () => {
  it.each([
    ["Russian", "я"],
    ["Korean", "ㅋ"],
    ["English", "z"],
  ])("is at its place on a keyboard that types %s", (_, key) => {
    const told = hear("undo");
    expect(press({ key, code: "KeyZ", ctrlKey: true })).toBe(false); // false: the browser's default action is prevented
    expect(told).toHaveBeenCalledOnce();
    press({ key, code: "KeyZ" });
    expect(told).toHaveBeenCalledOnce();
  });

  it.each([
    ["slower", { key: "х", code: "BracketLeft" }],
    ["cutInsert", { key: "б", code: "Comma" }],
    ["goQueue", { key: "™", code: "Digit2", altKey: true }], // Option on a Mac types special characters
  ] as const)("is there too where it is no letter: %s", (name, init) => {
    const told = hear(name);
    press(init);
    expect(told).toHaveBeenCalledOnce();
  });

  it("goes by what is typed where that is Latin, and by letters of one's own", () => {
    const told = hear("undo");
    press({ key: "y", code: "KeyZ", ctrlKey: true }); // a German keyboard
    expect(told).not.toHaveBeenCalled();
    act(() => useKeys.getState().choose("undo", "mod+Ö"));
    press({ key: "ö", code: "Semicolon", ctrlKey: true });
    expect(told).toHaveBeenCalledOnce();
  });

  it("is not heard by what is behind a dialog, unless it leads away", () => {
    const [removed, opened, gone] = [vi.fn(), vi.fn(), vi.fn()];
    render(
      <MantineProvider>
        <Hearing name="remove" told={removed} />
        <Hearing name="palette" told={opened} />
        <Hearing name="goQueue" told={gone} />
        <Modal opened onClose={() => {}} title="A question" transitionProps={{ duration: 0 }}>
          <button type="button">within</button>
        </Modal>
      </MantineProvider>,
    );
    const within = screen.getByRole("button", { name: "within" });
    fireEvent.keyDown(within, { key: "Delete" });
    expect(removed).not.toHaveBeenCalled();
    fireEvent.keyDown(within, { key: "k", code: "KeyK", ctrlKey: true });
    expect(opened).toHaveBeenCalledOnce();
    fireEvent.keyDown(within, { key: "2", code: "Digit2", altKey: true });
    expect(gone).toHaveBeenCalledOnce();
    press({ key: "Delete" });
    expect(removed).toHaveBeenCalledOnce();
  });
});
