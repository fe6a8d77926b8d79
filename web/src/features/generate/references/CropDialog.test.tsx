import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import { type Clip, ClipContext } from "../clip";
import { someModel } from "../form/samples";
import { useForm } from "../form/store";
import texts from "../locales/en.json";
import { CropDialog } from "./CropDialog";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("generate", texts));

it("keeps the part that was chosen when the same picture comes from a newer address", async () => {
  useSession.setState({ status: "local" });
  useForm.getState().change({ references: { image: { asset: "1", sha256: "2", name: "a boat" } } });
  vi.spyOn(globalThis, "fetch").mockImplementation(async () =>
    Response.json({ id: "1", name: "a boat", urls: { file: "/picture" } }),
  );
  const clip = { model: someModel(), values: { size: { width: 64, height: 64 } } } as Clip;
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <ClipContext value={clip}>
          <CropDialog role="image" close={() => {}} />
        </ClipContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const picture = await screen.findByRole("img");
  Object.defineProperties(picture, { naturalWidth: { value: 200 }, naturalHeight: { value: 100 } });
  fireEvent.load(picture);
  const frame = await screen.findByRole("application");
  expect(frame.style.left).toBe("25%");
  fireEvent.keyDown(frame, { key: "ArrowRight" });
  expect(frame.style.left).toBe("27%");
  fireEvent.load(picture);
  expect(frame.style.left).toBe("27%");
});
