/** Puts descriptions below the inputs, so that inputs side by side stay aligned. */
export const BELOW: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];
