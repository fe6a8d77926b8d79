import { FileButton, MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { theme } from "./theme";

it("lets a file be chosen again that was refused", async () => {
  const chosen = vi.fn();
  const { container } = render(
    <MantineProvider theme={theme}>
      <FileButton onChange={chosen}>{(props) => <button {...props}>Upload</button>}</FileButton>
    </MantineProvider>,
  );
  const input = container.querySelector<HTMLInputElement>("input[type=file]");
  if (input === null) throw new Error("There is no field for files.");
  const file = new File(["clip"], "clip.mp4");
  await userEvent.upload(input, file);
  await userEvent.upload(input, file);
  expect(screen.getByRole("button", { name: "Upload" })).toBeInTheDocument();
  expect(chosen).toHaveBeenCalledTimes(2);
});
