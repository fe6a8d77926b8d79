/** Addresses of the page that features send one another's visitors to. */
export const links = {
  generate: "/generate",
  /** The form, filled with what made a clip. `vary` leaves the seed free, `extend` goes on where the clip ends. */
  again: (asset: string, how: "again" | "vary" | "extend" = "again") => `/generate?from=${asset}&how=${how}`,
  /** The form, filled with what a job makes. */
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
