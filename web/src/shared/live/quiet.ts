/** Jobs of whose end nobody is told, as they serve what somebody looks at anyway: previews of films. */
export const quiet = new Set<string>();
