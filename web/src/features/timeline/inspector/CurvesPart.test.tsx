import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import axe from "axe-core";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import type { LookNode } from "../model/project";
import { middleTone, movedTone, STRAIGHT, type Tone, toneAt, withoutTone, withTone } from "../model/tones";
import { CurvesPart } from "./CurvesPart";

vi.setConfig({ testTimeout: 60_000 });

beforeAll(() => startTexts("timeline", texts));

const BENT: Tone[] = [
  [0, 0],
  [0.25, 0.17],
  [0.5, 0.52],
  [0.75, 0.86],
  [1, 1],
];

describe("a curve", () => {
  it.each([
    [BENT, [0, 0.062351, 0.224655, 0.52, 0.700812, 0.895467, 1]],
    [
      [
        [0.1, 0.9],
        [0.5, 0.2],
        [0.9, 0.6],
      ] as Tone[],
      [0.9, 0.9, 0.4625, 0.2, 0.2612, 0.48125, 0.6],
    ],
    [STRAIGHT, [0, 0.1, 0.3, 0.5, 0.62, 0.8, 1]],
  ])("is the one that the server draws", (points, wanted) => {
    const found = [0, 0.1, 0.3, 0.5, 0.62, 0.8, 1].map((value) => toneAt(points, value));
    for (const [index, value] of wanted.entries()) expect(found[index]).toBeCloseTo(value, 5);
  });

  it("keeps its points in order, in the square, and two of them at the least", () => {
    expect(movedTone(BENT, 1, [0.9, 2])[1]).toEqual([0.496, 1]);
    expect(movedTone(BENT, 0, [-1, -1])[0]).toEqual([0, 0]);
    expect(withTone(BENT, [0.251, 0.5])).toBeNull();
    expect(withTone(STRAIGHT, middleTone(STRAIGHT))).toEqual({
      points: [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
      index: 1,
    });
    expect(withoutTone(STRAIGHT, 0)).toBe(STRAIGHT);
    expect(withoutTone(BENT, 4)).toHaveLength(4);
  });
});

describe("the curves of a look", () => {
  function show(node: LookNode) {
    const change = vi.fn(async (_: LookNode) => {});
    const page = render(
      <MantineProvider>
        <CurvesPart node={node} locked={false} change={change} />
      </MantineProvider>,
    ).container;
    return { change, page };
  }

  it("are set by keys alone, and axe finds nothing", async () => {
    const { change, page } = show({ kind: "curves", master: BENT });
    const { violations } = await axe.run(page, {
      rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    const point = screen.getByRole("slider", { name: "Point 2 of 5" });
    expect(point).toHaveAttribute("aria-valuetext", "0.25 becomes 0.17");
    for (const key of ["ArrowUp", "ArrowUp", "ArrowRight"]) fireEvent.keyDown(point, { key });
    expect(change).not.toHaveBeenCalled();
    fireEvent.keyUp(point, { key: "ArrowRight" });
    expect(change.mock.lastCall?.[0].master).toEqual(BENT.with(1, [0.26, 0.19]));
    fireEvent.keyDown(screen.getByRole("slider", { name: "Point 5 of 5" }), { key: "Delete" });
    expect(change.mock.lastCall?.[0].master).toHaveLength(4);
    expect(document.activeElement).toHaveAttribute("data-index", "3");
  });

  it("are one for each colour, with points to add and a straight one to go back to", async () => {
    const { change } = show({ kind: "curves", master: BENT });
    fireEvent.click(screen.getByRole("radio", { name: "Blue" }));
    expect(await screen.findAllByRole("slider")).toHaveLength(2);
    fireEvent.click(screen.getByRole("button", { name: "Add a point" }));
    expect(change.mock.lastCall?.[0]).toMatchObject({
      master: BENT,
      blue: [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
    });
    fireEvent.click(screen.getByRole("radio", { name: "All" }));
    await waitFor(() => expect(screen.getAllByRole("slider")).toHaveLength(5));
    fireEvent.click(screen.getByRole("button", { name: "Straighten" }));
    expect(change.mock.lastCall?.[0].master).toEqual(STRAIGHT);
  });
});
