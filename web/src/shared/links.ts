/** Addresses of pages that other features link to. */
export const links = {
  generate: "/generate",
  /** The form, filled from a clip's recipe. `vary` leaves the seed free, `extend` continues where the clip ends. */
  again: (asset: string, how: "again" | "vary" | "extend" = "again") => `/generate?from=${asset}&how=${how}`,
  /** The form, filled from a job. */
  againJob: (job: string) => `/generate?job=${job}`,
  sheet: (batch: string) => `/sheet/${batch}`,
  queue: "/queue",
  outputs: "/outputs",
  clip: (asset: string) => `/outputs/${asset}`,
  compare: (assets: string[]) => `/compare?ids=${assets.join(",")}`,
  timeline: "/projects",
  project: (id: string) => `/projects/${id}`,
  models: "/models",
  optimizations: "/optimizations",
  settings: "/settings",
  account: "/account",
  about: "/about",
};
