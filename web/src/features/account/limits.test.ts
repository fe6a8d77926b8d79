import { describe, expect, it } from "vitest";
import { inField, withField } from "./limits";

describe("limits of a person", () => {
  it("are shown as people read them", () => {
    expect(inField("open_jobs", { open_jobs: 3 })).toBe(3);
    expect(inField("bytes_kept", { bytes_kept: 1.5 * 2 ** 30 })).toBe(1.5);
    expect(inField("files", {})).toBe("");
    expect(inField("files", { files: null })).toBe("");
    expect(inField("files", { files: 0 })).toBe(0);
  });

  it("are set one by one, and given back to the server when a field is emptied", () => {
    expect(withField("files", 10, { open_jobs: 2 })).toEqual({ open_jobs: 2, files: 10 });
    expect(withField("bytes_kept", "0.5", {})).toEqual({ bytes_kept: 2 ** 29 });
    expect(withField("files", "", { open_jobs: 2, files: 10 })).toEqual({ open_jobs: 2 });
    expect(withField("files", "-", { files: 10 })).toEqual({});
  });
});
