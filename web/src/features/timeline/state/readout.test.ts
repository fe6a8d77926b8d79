import { beforeEach, expect, it, vi } from "vitest";
import { editor } from "./editor";
import { useReadout } from "./readout";

const said = () => useReadout.getState().playhead;

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

it("is told at once, after pauses while the playhead moves, and where it rests", () => {
  const told = vi.fn();
  const leave = useReadout.subscribe(told);
  editor.seek(10);
  expect(said()).toBe(10);
  for (let frame = 11; frame <= 40; frame++) {
    editor.seek(frame);
    vi.advanceTimersByTime(8);
  }
  expect(told.mock.calls.length).toBeGreaterThan(2);
  expect(told.mock.calls.length).toBeLessThan(6);
  vi.runAllTimers();
  expect(said()).toBe(40);
  editor.seek(12);
  expect(said()).toBe(12);
  leave();
});
