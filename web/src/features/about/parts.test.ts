import packages from "virtual:licences";
import { expect, it } from "vitest";
import { found, partsOf } from "./parts";

const server = { kind: "package", name: "torch", version: null, licence: "BSD-3-Clause", url: null, note: "" } as const;
const web = { name: "react", version: "19.0.0", licence: "MIT", text: "Permission is granted" };
const parts = partsOf([server], [web]);

it("lists what the server and the page are made of", () => {
  expect(parts.map(({ kind, name, version }) => [kind, name, version])).toEqual([
    ["package", "torch", ""],
    ["web", "react", "19.0.0"],
  ]);
});

it("finds parts by name and licence, in any order of words", () => {
  expect(found(parts, "mit REACT").map((part) => part.name)).toEqual(["react"]);
  expect(found(parts, "bsd").map((part) => part.name)).toEqual(["torch"]);
  expect(found(parts, " ")).toHaveLength(2);
  expect(found(parts, "react bsd")).toEqual([]);
});

it("knows every package of the page, with the words of its licence", () => {
  const names = packages.map((one) => one.name);
  expect(names).toEqual(expect.arrayContaining(["react", "react-dom", "scheduler", "@mantine/core", "uplot"]));
  expect(packages.filter((one) => one.licence === "")).toEqual([]);
  expect(packages.find((one) => one.name === "react")?.text).toMatch(/MIT License/);
});
