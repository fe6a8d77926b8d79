/** For dropdowns: rendered in place, within the page's landmarks, because screen readers miss content in a portal. */
export const INLINE = { withinPortal: false };
