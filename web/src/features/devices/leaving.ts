/**
 * Numbers of the devices that are deleted here. What happens to them meanwhile still raises events, and reading them again
 * would only find them gone.
 */
export const leaving = new Set<number>()
