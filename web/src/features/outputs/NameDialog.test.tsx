import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { Activity } from "react";
import { beforeAll, expect, it } from "vitest";
import { startTexts } from "@/shared/testing/texts";
import { NameDialog } from "./NameDialog";

beforeAll(() => startTexts("outputs", {}));

function Asked({ shown, opened = true }: { shown: boolean; opened?: boolean }) {
  return (
    <MantineProvider env="test">
      <Activity mode={shown ? "visible" : "hidden"}>
        <NameDialog
          opened={opened}
          title="Rename"
          label="Name"
          name="Boat"
          longest={100}
          keep={async () => {}}
          close={() => {}}
        />
      </Activity>
    </MantineProvider>
  );
}

it("keeps what was typed while its page was hidden, and begins anew when it is opened again", () => {
  const { rerender } = render(<Asked shown />);
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Ship" } });
  rerender(<Asked shown={false} />);
  rerender(<Asked shown />);
  expect(screen.getByLabelText("Name")).toHaveValue("Ship");
  rerender(<Asked shown opened={false} />);
  rerender(<Asked shown />);
  expect(screen.getByLabelText("Name")).toHaveValue("Boat");
});
