/** For lists that drop down: within the page's landmarks, where screen readers expect them, instead of at its end. */
export const INLINE = { withinPortal: false };
