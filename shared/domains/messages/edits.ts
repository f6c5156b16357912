/** How long after it was sent WhatsApp lets a message be edited. */
export const EDITABLE_MS = 15 * 60_000
