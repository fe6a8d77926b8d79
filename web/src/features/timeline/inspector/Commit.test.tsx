import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { CommitNumber, CommitText } from "./Commit";

const saved = async (_text: string) => true;
const page = (field: ReactNode) => <MantineProvider>{field}</MantineProvider>;

beforeAll(() => startTexts("timeline", texts));

describe("a field of the inspector", () => {
  it("sends what is in it when another clip is chosen before one leaves it", () => {
    const [words, frames] = [vi.fn(saved), vi.fn()];
    const { rerender } = render(page(<CommitText label="Prompt" value="a boat" commit={words} lines />));
    fireEvent.change(screen.getByLabelText("Prompt"), { target: { value: "a ship" } });
    rerender(page(<CommitNumber label="Frames" value={8} commit={frames} />));
    expect(words).toHaveBeenCalledExactlyOnceWith("a ship");
    fireEvent.change(screen.getByLabelText("Frames"), { target: { value: "12" } });
    rerender(page(null));
    expect(frames).toHaveBeenCalledExactlyOnceWith(12);
  });

  it("sends nothing that was taken back, or sent already", () => {
    const commit = vi.fn(saved);
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

describe("a text that is changed elsewhere while one types", () => {
  const theirs = (commit: (text: string) => Promise<boolean>) => {
    const { rerender, unmount } = render(page(<CommitText label="Prompt" value="a boat" commit={commit} />));
    fireEvent.change(screen.getByLabelText("Prompt"), { target: { value: "a ship" } });
    rerender(page(<CommitText label="Prompt" value="a raft" commit={commit} />));
    return { field: screen.getByLabelText("Prompt"), unmount };
  };

  it("is not lost: both are shown, and one keeps one's own or takes the other", async () => {
    const commit = vi.fn(saved);
    const { field } = theirs(commit);
    fireEvent.blur(field);
    fireEvent.keyDown(field, { key: "Enter" });
    expect(commit).not.toHaveBeenCalled();
    expect(field).toHaveValue("a ship");
    expect(screen.getByRole("alert")).toHaveTextContent("Changed elsewhere meanwhile to “a raft”.");
    fireEvent.click(screen.getByRole("button", { name: "Keep mine" }));
    expect(commit).toHaveBeenCalledExactlyOnceWith("a ship");
    await waitFor(() => expect(field).toHaveValue("a raft")); // until the film has what was saved
    fireEvent.change(field, { target: { value: "a ferry" } });
    fireEvent.keyDown(field, { key: "Escape" });
    expect(field).toHaveValue("a raft");
  });

  it("is given up for the other", () => {
    const commit = vi.fn(saved);
    const { field, unmount } = theirs(commit);
    fireEvent.click(screen.getByRole("button", { name: "Take theirs" }));
    expect(field).toHaveValue("a raft");
    unmount();
    expect(commit).not.toHaveBeenCalled();
  });

  it("is told when its clip is left before one decides", async () => {
    const commit = vi.fn(saved);
    render(page(<Notifications />));
    theirs(commit).unmount();
    expect(await screen.findByRole("alert")).toHaveTextContent("Not saved: Prompta ship");
    expect(commit).not.toHaveBeenCalled();
  });
});

describe("a text that is refused", () => {
  it("stays in its field and is sent again only when asked", async () => {
    const commit = vi.fn(async () => false);
    render(page(<CommitText label="Title" value="one" commit={commit} />));
    const field = screen.getByLabelText("Title");
    fireEvent.change(field, { target: { value: "two" } });
    fireEvent.blur(field);
    fireEvent.blur(field); // while it is on its way
    expect(await screen.findByRole("alert")).toHaveTextContent("Not saved.");
    fireEvent.blur(field);
    expect(field).toHaveValue("two");
    expect(commit).toHaveBeenCalledTimes(1);
    commit.mockResolvedValue(true);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Try again" })));
    expect(commit).toHaveBeenCalledTimes(2);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
