import { describe, expect, it } from "vitest";
import { called, choices } from "./enlargements";

describe("choices", () => {
  it("are scales, and resolutions above the clip's own", () => {
    expect(choices(1280, 720).map(({ width, height }) => `${width}x${height}`)).toEqual([
      "2560x1440",
      "3840x2160",
      "5120x2880",
      "1920x1080",
      "2560x1440",
      "3840x2160",
      "7680x4320",
    ]);
    expect(choices(1920, 1080).map(({ wanted }) => wanted.scale ?? wanted.resolution)).toEqual([
      2,
      3,
      4,
      "1440p",
      "2160p",
      "4320p",
    ]);
  });

  it("go by the shorter side, and have even sides", () => {
    const upright = choices(705, 1281).find(({ wanted }) => wanted.resolution === "1080p");
    expect(upright).toMatchObject({ width: 1080, height: 1962, playable: true });
  });

  it("say which would be too large to play", () => {
    const large = choices(2560, 1080).filter(({ playable }) => !playable);
    expect(large.map(({ wanted }) => wanted)).toEqual([{ scale: 4 }, { resolution: "4320p" }]);
  });
});

it("calls resolutions what people call them", () => {
  expect(["1080p", "2160p"].map(called)).toEqual(["1080p", "4K (2160p)"]);
});
