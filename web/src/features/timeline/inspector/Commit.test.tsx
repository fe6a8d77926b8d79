import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { CommitNumber, CommitText } from "./Commit";

const page = (field: ReactNode) => <MantineProvider>{field}</MantineProvider>;

describe("a field of the inspector", () => {
  it("sends what is in it when another clip is chosen before one leaves it", () => {
    const [words, frames] = [vi.fn(), vi.fn()];
    const { rerender } = render(page(<CommitText label="Prompt" value="a boat" commit={words} lines />));
    fireEvent.change(screen.getByLabelText("Prompt"), { target: { value: "a ship" } });
    rerender(page(<CommitNumber label="Frames" value={8} commit={frames} />));
    expect(words).toHaveBeenCalledExactlyOnceWith("a ship");
    fireEvent.change(screen.getByLabelText("Frames"), { target: { value: "12" } });
    rerender(page(null));
    expect(frames).toHaveBeenCalledExactlyOnceWith(12);
  });

  it("sends nothing that was taken back, or sent already", () => {
    const commit = vi.fn();
    const { unmount } = render(page(<CommitText label="Name" value="one" commit={commit} />));
    const field = screen.getByLabelText("Name");
    fireEvent.change(field, { target: { value: "two" } });
    fireEvent.keyDown(field, { key: "Escape" });
    fireEvent.change(field, { target: { value: "three" } });
    fireEvent.keyDown(field, { key: "Enter" });
    unmount();
    expect(commit).toHaveBeenCalledExactlyOnceWith("three");
  });
});
