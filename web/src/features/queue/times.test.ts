import { describe, expect, it } from "vitest";
import { changesBack, changesTo, problemOf, startOf, timesOf, windowOf } from "./times";

const free = { run_at: null, window: null, only_on_ac: false };
const night = { run_at: null, window: "22:00-06:00", only_on_ac: true };

describe("times of a job", () => {
  it("are read into the form", () => {
    expect(timesOf(free)).toEqual({ at: "", from: "", until: "", onlyOnAc: false });
    expect(timesOf(night)).toMatchObject({ from: "22:00", until: "06:00", onlyOnAc: true });
  });

  it("are none where the start is over or the window is all day", () => {
    expect(startOf({ run_at: 5 }, 10)).toBeNull();
    expect(windowOf({ window: "00:00-00:00" })).toBeNull();
  });

  it("are sent only where they changed", () => {
    expect(changesTo(night, timesOf(night))).toEqual({});
    expect(changesTo(free, { ...timesOf(free), from: "01:00", until: "02:30" })).toEqual({ window: "01:00-02:30" });
    const at = "2031-05-06T07:08";
    expect(changesTo(free, { ...timesOf(free), at })).toEqual({ run_at: new Date(at).getTime() / 1000 });
  });

  it("are taken away by what the server understands as none", () => {
    const changes = changesTo(night, timesOf(free));
    expect(changes).toEqual({ window: "00:00-00:00", only_on_ac: false });
    expect(changesBack(night, changes)).toEqual({ window: "22:00-06:00", only_on_ac: true });
  });

  it("show the minute they were given", () => {
    const at = new Date("2031-05-06T07:08").getTime() / 1000;
    expect(timesOf({ ...free, run_at: at }, 0).at).toBe("2031-05-06T07:08");
  });

  it("want both ends of a window", () => {
    expect(problemOf({ ...timesOf(free), from: "01:00" })).toBe("half");
    expect(problemOf(timesOf(night))).toBeNull();
  });
});
