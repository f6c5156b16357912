/** The end of a day of this browser's calendar (`2026-11-30`), as RFC 3339. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59.999`).toISOString()

/** A day of this browser's calendar, some days from a moment: `2026-11-30`. */
export const dayAfter = (nowMs: number, days: number): string => {
  const at = new Date(nowMs)
  at.setDate(at.getDate() + days)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
