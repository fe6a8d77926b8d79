import { afterEach, describe, expect, it, vi } from "vitest";
import { signOut } from "@/shared/api/signOut";
import { forgetTokens } from "@/shared/api/tokens";
import { forgetPerson, hasTyped } from "@/shared/person";
import { useSession } from "@/shared/session";
import { send, useWork } from "../references/work";
import { say, useRestoring } from "../restoring/restoring";
import { someModel } from "./samples";
import { useForm } from "./store";

const signIn = (id: string) =>
  useSession.setState({
    status: "signed-in",
    me: { id, name: id, role: "member" },
    accessToken: "good",
    expiresAt: Number.POSITIVE_INFINITY,
  });
const write = (prompt: string) => useForm.getState().change({ prompt });
const read = () => useForm.getState().form.prompt;

afterEach(() => {
  forgetPerson();
  useSession.setState({ status: "unknown", me: null });
  localStorage.clear();
  vi.unstubAllGlobals();
});

describe("what one person wrote", () => {
  it("is gone when they sign out, and what is said around it", async () => {
    vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status: 204 }));
    window.location.hash = "#/outputs?search=a+secret";
    signIn("ann");
    write("a secret");
    say({ filled: { name: "secret.mp4", notes: [] } });
    await signOut();
    expect([read(), useRestoring.getState().filled]).toEqual(["", null]);
    expect(localStorage.getItem("artifex.generate")).not.toContain("secret");
    expect(window.location.hash).toBe("#/");
  });

  it("is there again where only their session ended, for them but for nobody else", () => {
    signIn("ann");
    write("a secret");
    forgetTokens();
    signIn("ann");
    expect(read()).toBe("a secret");
    forgetTokens();
    signIn("bob");
    expect(read()).toBe("");
  });

  it("is not shown to another who signed in through another tab, nor the place where it was written", () => {
    signIn("ann");
    write("a secret");
    window.location.hash = "#/outputs?search=a+secret";
    forgetTokens("over");
    localStorage.setItem("artifex.person", "bob"); // as the other tab does
    signIn("bob");
    expect(read()).toBe("");
    expect(window.location.hash).toBe("#/");
  });

  it("would be lost by signing out until a clip is asked of it", () => {
    signIn("ann");
    expect(hasTyped()).toBe(false);
    write("a boat");
    expect(hasTyped()).toBe(true);
    useForm.setState({ sent: "a boat" });
    expect(hasTyped()).toBe(false);
    write("a boat at night");
    expect(hasTyped()).toBe(true);
  });

  it("is taken along by who signs in first", () => {
    write("before there were accounts");
    signIn("ann");
    expect(read()).toBe("before there were accounts");
  });

  it("gets no file that was on its way when its sender left", async () => {
    const arriving: (() => void)[] = [];
    vi.stubGlobal(
      "XMLHttpRequest",
      class {
        readonly upload = {};
        readonly status = 200;
        readonly response = { id: "1", sha256: "2", name: "secret.png" };
        onload = () => {};
        onabort = () => {};
        open() {}
        setRequestHeader() {}
        send() {
          arriving.push(() => this.onload());
        }
        abort() {
          this.onabort();
        }
      },
    );
    signIn("ann");
    const sent = send("image", new Blob(["picture"]), "secret.png", someModel());
    await vi.waitFor(() => expect(arriving).toHaveLength(1));
    forgetTokens();
    signIn("bob");
    arriving[0]?.();
    await sent;
    expect(useForm.getState().form.references).toEqual({});
    expect([useWork.getState().sending, useWork.getState().faults]).toEqual([{}, {}]);
  });
});
