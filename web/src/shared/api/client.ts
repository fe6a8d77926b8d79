import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "@/generated/api";
import { useConnection } from "@/shared/connection";
import { useSession, whenSessionEnds } from "@/shared/session";
import { Fault, faultOf, isGivenUp, sessionOver, unreachable } from "./fault";
import { freshToken, replaceToken } from "./tokens";

export type Schemas = components["schemas"];

/** Aborted when the session ends: requests and uploads still in flight are cancelled. */
let stay = new AbortController();
whenSessionEnds(() => {
  stay.abort();
  stay = new AbortController();
});

/** Sends a request with the user's access token; after a 401 it is sent once more with a new token. */
async function send(asked: Request): Promise<Response> {
  const request = new Request(asked, { signal: AbortSignal.any([asked.signal, stay.signal]) });
  const again = request.clone();
  const token = useSession.getState().status === "local" ? null : await freshToken();
  const answer = await reach(withToken(request, token));
  if (answer.status !== 401 || useSession.getState().status !== "signed-in") return answer;
  const replaced = await replaceToken(token);
  if (replaced === null) throw sessionOver();
  return await reach(withToken(again, replaced));
}

function withToken(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

async function reach(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    useConnection.getState().heard();
    return answer;
  } catch (error) {
    if (isGivenUp(error)) throw error;
    useConnection.getState().lost();
    throw unreachable();
  }
}

const throwFaults: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    throw faultOf(await response.json().catch(() => null), response);
  },
};

/** Client typed by the server's OpenAPI description. Calls throw a `Fault`. */
export const api = createClient<paths>({ fetch: send });
api.use(throwFaults);

/** The body of an answer; a refusal has already been thrown as a `Fault`. */
export function body<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw new Fault("internal", "The answer was empty.", 0);
  return answer.data;
}

/** Fetches bytes with the user's token, for pictures that an `<img>` could not request. */
export async function fetchBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await send(new Request(path, signal ? { signal } : {}));
  if (!response.ok) throw faultOf(await response.json().catch(() => null), response);
  return await response.blob();
}

/** Uploads a file, reporting the share sent so far (0 to 1). */
export async function upload(
  file: Blob,
  name: string,
  told: (share: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Schemas["AssetAnswer"]> {
  const leaving = AbortSignal.any(signal ? [stay.signal, signal] : [stay.signal]);
  const token = useSession.getState().status === "local" ? null : await freshToken();
  leaving.throwIfAborted();
  const form = new FormData();
  form.append("file", file, name);
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch reports no upload progress
    request.open("POST", "/api/v1/media");
    if (token !== null) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => told(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Schemas["AssetAnswer"]);
      else reject(faultOf(request.response, new Response(null, { status: request.status, statusText: "Refused" })));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    leaving.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** A new idempotency key, by which the server recognises a request that is sent twice. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
