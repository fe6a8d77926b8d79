import { describe, expect, it } from "vitest";
import { escapeWildcards, expandWildcards, hasWildcards } from "./wildcards";

describe("wildcards", () => {
  it.each([
    ["a red circle", ["a red circle"]],
    ["", [""]],
    ["a {red|blue} circle", ["a red circle", "a blue circle"]],
    ["{a|b}{c|d}", ["ac", "ad", "bc", "bd"]],
    ["{a|{b|c} d}", ["a", "b d", "c d"]],
    ["a{| big} dog", ["a dog", "a big dog"]],
    ["{a|a}", ["a"]],
    ["\\{a|b\\}", ["{a|b}"]],
    ["{a\\|b|c}", ["a|b", "c"]],
    ["C:\\film \\\\ a", ["C:\\film \\ a"]],
    ["not {closed", ["not {closed"]],
    ["{open {a|b}", ["{open a", "{open b"]],
    ["not opened}", ["not opened}"]],
    ['{"scene": "a {red|blue} sea"}', ['{"scene": "a red sea"}', '{"scene": "a blue sea"}']],
    ["사과 {빨간|파란}", ["사과 빨간", "사과 파란"]],
    ["ends with \\", ["ends with \\"]],
  ])("expand %j", (text, prompts) => {
    expect(expandWildcards(text)).toEqual(prompts);
  });

  it("stop at the most that are asked for", () => {
    expect(expandWildcards("{1|2|3|4|5|6|7|8|9|0}".repeat(12), 50)).toHaveLength(50);
  });

  it("read thousands of open braces before anyone gives up", () => {
    for (const count of [24, 8000]) expect(expandWildcards("{".repeat(count))).toEqual(["{".repeat(count)]);
  });

  it("are found only where there is a choice", () => {
    expect(hasWildcards("{a|b}")).toBe(true);
    expect(hasWildcards('{"a": 1}')).toBe(false);
    expect(hasWildcards("\\{a|b\\}")).toBe(false);
  });

  it.each(["plain", "{a|b}", "\\{x\\}", '{"a": {"b": 1}}', "a\\b", "\\\\", "a | b", "{", "}{|", "{a|{b}"])(
    "are escaped in %j, so that it stands for itself",
    (text) => {
      expect(expandWildcards(escapeWildcards(text))).toEqual([text]);
    },
  );
});
