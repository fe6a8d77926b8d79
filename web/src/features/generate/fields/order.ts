/** So that inputs beside one another stay in line. */
export const BELOW: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];
