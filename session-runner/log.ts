import type { Log } from '#kit/context.ts'

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const

/** A structured log: one JSON object a line on standard output, from the given level on, with the task's name. */
export const makeLog = (level: string, task: string, write: (line: string) => void): Log => {
  const least = Math.max(0, LEVELS.indexOf(level.toUpperCase() as (typeof LEVELS)[number]))
  const at =
    (name: (typeof LEVELS)[number]) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (LEVELS.indexOf(name) < least) return
      const line = {
        level: name,
        message,
        timestamp: new Date().toISOString(),
        service: 'session-runner',
        task,
        ...fields,
      }
      write(`${JSON.stringify(line)}\n`)
    }
  return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') }
}
