import { beforeEach, expect, it, vi } from "vitest";
import { useConnection } from "@/shared/connection";
import { useSession } from "@/shared/session";
import { UNREACHABLE } from "./fault";
import { freshToken, hasRefreshToken } from "./tokens";

beforeEach(() => {
  localStorage.setItem("artifex.refresh", "once");
  useSession.setState({ status: "unknown", accessToken: null, expiresAt: 0 });
  useConnection.setState({ status: "connecting" });
});

it("tells that the studio is gone where a token cannot be had, and keeps who is signed in", async () => {
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(freshToken()).rejects.toMatchObject({ name: "Fault", code: UNREACHABLE, status: 0 });
  expect(useConnection.getState().status).toBe("lost");
  expect(hasRefreshToken()).toBe(true);
});
