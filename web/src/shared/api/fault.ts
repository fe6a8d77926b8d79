import i18next from "i18next";

/** An error answer of the server or a failure to reach it: `code` for the program, `message` for people. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details: Record<string, unknown> | null = null,
    /** Seconds after which a retry may help, if the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "Fault";
  }

  /** Messages by form field, like `size` or `references.image`. */
  get fields(): Record<string, string> {
    const fields = this.details?.fields;
    if (!Array.isArray(fields)) return {};
    const named = fields as { field?: string; message?: string }[];
    return Object.fromEntries(named.map((one) => [one.field ?? "", one.message ?? this.message]));
  }
}

/** The code for network failures: the server was not reached at all. */
export const UNREACHABLE = "unreachable";

export function unreachable(): Fault {
  return new Fault(UNREACHABLE, i18next.t("unreachable.fault", { ns: "shared" }), 0);
}

/** For what was asked by whose session turned out to be over. */
export function sessionOver(): Fault {
  return new Fault("not_signed_in", i18next.t("sessionOver", { ns: "shared" }), 401);
}

/** Whether something was aborted on purpose, so that there is nothing to report. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

interface ErrorAnswer {
  error?: { code?: string; message?: string; details?: Record<string, unknown> | null };
}

export function faultOf(answer: unknown, response: Response): Fault {
  const error = (answer as ErrorAnswer | null)?.error;
  const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new Fault(
    error?.code ?? `http_${response.status}`,
    error?.message ?? response.statusText,
    response.status,
    error?.details ?? null,
    Number.isFinite(wait) ? wait : null,
  );
}
