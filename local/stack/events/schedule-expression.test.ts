import { describe, expect, it } from 'vitest'
import { parseSchedule } from './schedule-expression.ts'

const utc = (text: string) => Date.parse(`${text}Z`)
const next = (expression: string, after: string, timeZone?: string) => {
  const at = parseSchedule(expression, { startMs: utc(after), timeZone }).next(utc(after))
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16)
}

describe('schedules', () => {
  it.each([
    ['rate(5 minutes)', '2026-01-01T00:00:00', '2026-01-01T00:05'],
    ['rate(1 day)', '2026-01-01T00:00:00', '2026-01-02T00:00'],
    ['cron(0 3 * * ? *)', '2026-01-01T03:00:00', '2026-01-02T03:00'],
    ['cron(0/15 * * * ? *)', '2026-01-01T00:16:00', '2026-01-01T00:30'],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-02T19:00:00', '2026-01-05T18:00'],
    ['cron(0 9 1 JAN,JUL ? *)', '2026-02-01T00:00:00', '2026-07-01T09:00'],
    ['cron(0 0 L * ? *)', '2026-02-01T00:00:00', '2026-02-28T00:00'],
    ['cron(0 0 ? * 6#3 *)', '2026-01-01T00:00:00', '2026-01-16T00:00'],
    ['cron(0 0 ? * 6L *)', '2026-01-01T00:00:00', '2026-01-30T00:00'],
    ['cron(0 8 1W * ? *)', '2026-02-01T00:00:00', '2026-02-02T08:00'],
    ['cron(0 8 1 1 ? 2030)', '2026-02-01T00:00:00', '2030-01-01T08:00'],
    ['at(2026-03-01T10:00:00)', '2026-02-01T00:00:00', '2026-03-01T10:00'],
  ])('%s after %s comes at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected)
  })

  it('reads cron fields in their time zone', () => {
    expect(next('cron(0 9 * * ? *)', '2026-07-01T00:00:00', 'Europe/Berlin')).toBe('2026-07-01T07:00')
    expect(next('at(2026-01-01T10:00:00)', '2025-07-01T00:00:00', 'Asia/Jakarta')).toBe('2026-01-01T03:00')
  })

  it('ends when no time is left', () => {
    expect(next('at(2026-01-01T00:00:00)', '2026-01-01T00:00:00')).toBeUndefined()
    expect(next('cron(0 8 1 1 ? 2020)', '2026-02-01T00:00:00')).toBeUndefined()
  })

  it('refuses what EventBridge refuses', () => {
    expect(() => next('cron(0 3 * * *)', '2026-01-01T00:00:00')).toThrow('six fields')
    expect(() => next('cron(70 3 * * ? *)', '2026-01-01T00:00:00')).toThrow('not valid')
    expect(() => next('every(5 minutes)', '2026-01-01T00:00:00')).toThrow('neither')
  })
})
