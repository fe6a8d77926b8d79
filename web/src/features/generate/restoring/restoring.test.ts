import { afterEach, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { someModel, someRecipe } from "../form/samples";
import { useForm } from "../form/store";
import { takeFile, useRestoring } from "./restoring";

/** Pending uploads; calling `onload` completes one with an asset whose recipe is made from the file's name. */
class Request {
  static sent: Request[] = [];
  readonly upload = {};
  readonly status = 200;
  response: object | null = null;
  onload = () => {};
  onabort = () => {};
  open() {}
  send(form: FormData) {
    const { name } = form.get("file") as File;
    this.response = { id: name, kind: "video", name, recipe: { ...someRecipe(), prompt: name } };
    Request.sent.push(this);
  }
  abort() {
    this.onabort();
  }
}

afterEach(() => vi.unstubAllGlobals());

it("fills the form from the file that was dropped last, whichever comes last", async () => {
  vi.stubGlobal("XMLHttpRequest", Request);
  useSession.setState({ status: "local" });
  const both = ["large.mp4", "small.mp4"].map((name) => takeFile(new File(["clip"], name), [someModel()]));
  await vi.waitFor(() => expect(Request.sent.length).toBeGreaterThan(0));
  for (const one of [...Request.sent].reverse()) one.onload();
  await Promise.all(both);
  expect(useForm.getState().form.prompt).toBe("small.mp4");
  expect(useRestoring.getState()).toMatchObject({ sending: null, fault: null, filled: { name: "small.mp4" } });
});
