/** Milliseconds before attempt number `attempt` (from 0): doubling from `first` up to `longest`, half of it by chance. */
export const waitBefore = (attempt: number, first: number, longest: number, random: () => number): number => {
  const whole = Math.min(longest, first * 2 ** attempt)
  return whole / 2 + (whole / 2) * random()
}
