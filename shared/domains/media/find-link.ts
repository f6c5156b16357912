const LINK = /(?:https?:\/\/|www\.)[^\s<>"']{1,2000}/i
/** Marks that end a sentence rather than a link. */
const AFTER_LINK = /[.,;:!?)\]}*_~]+$/

/** The first link of a text, as it stands there. */
export const findLink = (text: string): string | undefined => LINK.exec(text)?.[0].replace(AFTER_LINK, '') || undefined
