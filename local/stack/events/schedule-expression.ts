const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Gives the next time (milliseconds since 1970) strictly after `afterMs`, or undefined when there is none. */
export type Schedule = { next(afterMs: number): number | undefined }

/**
 * Parses `rate(5 minutes)`, `at(2026-01-01T00:00:00)` and `cron(0 3 * * ? *)` expressions as EventBridge writes them.
 * Rates count from `startMs`. Cron fields are read in the given IANA time zone. Throws an error for what EventBridge
 * would refuse.
 */
export function parseSchedule(expression: string, options: { startMs: number; timeZone?: string }): Schedule {
  const [, kind, body] = /^(rate|at|cron)\((.*)\)$/.exec(expression.trim()) ?? []
  if (kind === 'rate') return parseRate(body!, options.startMs)
  const zone = options.timeZone ?? 'UTC'
  if (kind === 'at') {
    const at = fromZone(Date.parse(`${body}Z`), zone)
    if (Number.isNaN(at)) throw new Error(`schedule ${expression} holds no time`)
    return { next: (afterMs) => (at > afterMs ? at : undefined) }
  }
  if (kind === 'cron') return parseCron(body!, zone)
  throw new Error(`schedule ${expression} is neither rate, at nor cron`)
}

function parseRate(body: string, startMs: number): Schedule {
  const [, count, unit] = /^\s*(\d+)\s+(minute|hour|day)s?\s*$/.exec(body) ?? []
  const everyMs = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
  if (!(everyMs > 0)) throw new Error(`schedule rate(${body}) is not valid`)
  return { next: (afterMs) => startMs + (Math.floor((afterMs - startMs) / everyMs) + 1) * everyMs }
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

type DayTest = (date: Date) => boolean

/** Six fields: minute, hour, day of month, month, day of week (1 = Sunday) and year. */
function parseCron(body: string, timeZone: string): Schedule {
  const fields = body.trim().split(/\s+/)
  if (fields.length !== 6) throw new Error(`schedule cron(${body}) needs six fields`)
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [string, string, string, string, string, string]
  const minutes = values(minute, 0, 59)
  const hours = values(hour, 0, 23)
  const monthSet = new Set(values(month, 1, 12, months, 1))
  const isYear = year === '*' ? () => true : (value: number) => values(year, 1970, 2199).includes(value)
  const isDay = dayTest(dayOfMonth, dayOfWeek)
  return {
    next: (afterMs) => {
      const start = new Date(toZone(afterMs, timeZone))
      const day = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()))
      const lastYear = start.getUTCFullYear() + 5
      for (; day.getUTCFullYear() <= lastYear; day.setUTCDate(day.getUTCDate() + 1)) {
        if (!isYear(day.getUTCFullYear()) || !monthSet.has(day.getUTCMonth() + 1) || !isDay(day)) continue
        for (const h of hours) {
          for (const m of minutes) {
            const at = fromZone(day.getTime() + (h * 60 + m) * 60_000, timeZone)
            if (at > afterMs) return at
          }
        }
      }
      return undefined
    },
  }
}

function dayTest(dayOfMonth: string, dayOfWeek: string): DayTest {
  if (dayOfMonth !== '?') return monthDayTest(dayOfMonth)
  const [, nthDay, nth] = /^(\w+)#(\d)$/.exec(dayOfWeek) ?? []
  if (nthDay !== undefined) {
    const weekday = values(nthDay, 1, 7, weekdays, 1)[0]! - 1
    return (date) => date.getUTCDay() === weekday && Math.ceil(date.getUTCDate() / 7) === Number(nth)
  }
  const [, lastDay] = /^(\w+)L$/.exec(dayOfWeek) ?? []
  if (lastDay !== undefined) {
    const weekday = values(lastDay, 1, 7, weekdays, 1)[0]! - 1
    return (date) => date.getUTCDay() === weekday && date.getUTCDate() > daysInMonth(date) - 7
  }
  const set = new Set(values(dayOfWeek, 1, 7, weekdays, 1))
  return (date) => set.has(date.getUTCDay() + 1)
}

function monthDayTest(field: string): DayTest {
  if (field === 'L') return (date) => date.getUTCDate() === daysInMonth(date)
  const [, near] = /^(\d+)W$/.exec(field) ?? []
  if (near !== undefined) return (date) => date.getUTCDate() === nearestWeekday(date, Number(near))
  const set = new Set(values(field, 1, 31))
  return (date) => set.has(date.getUTCDate())
}

function nearestWeekday(date: Date, day: number): number {
  const last = daysInMonth(date)
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay()
  if (weekday === 6) return day === 1 ? 3 : day - 1
  if (weekday === 0) return day === last ? day - 2 : day + 1
  return day
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}

/** The values a cron field stands for, in rising order. Names stand for their position counted from `firstName`. */
function values(field: string, min: number, max: number, names: string[] = [], firstName = 0): number[] {
  const number = (text: string): number => {
    const named = names.indexOf(text.toUpperCase())
    const value = named === -1 ? Number(text) : named + firstName
    if (!Number.isInteger(value) || value < min || value > max) throw new Error(`cron field ${field} is not valid`)
    return value
  }
  const found = new Set<number>()
  for (const part of field.split(',')) {
    const [range, step] = part.split('/') as [string, string | undefined]
    const [from, to] = range === '*' || range === '?' ? [min, max] : range.split('-').map(number)
    const end = to ?? (step === undefined ? from! : max)
    for (let value = from!; value <= end; value += step === undefined ? 1 : Math.max(1, Number(step))) found.add(value)
  }
  return [...found].sort((a, b) => a - b)
}

/** Wall clock of a zone at an instant, as if it were UTC. */
function toZone(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return ms
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms)
  const part = (type: string) => Number(parts.find((item) => item.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** The instant at which a zone's wall clock shows the given time (written as if it were UTC). */
function fromZone(wallMs: number, timeZone: string): number {
  if (timeZone === 'UTC' || Number.isNaN(wallMs)) return wallMs
  const guess = wallMs - (toZone(wallMs, timeZone) - wallMs)
  return guess - (toZone(guess, timeZone) - wallMs)
}
