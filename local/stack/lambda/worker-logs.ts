import { openSync, writeSync } from 'node:fs'

/**
 * Makes everything this thread prints go to a file (and to standard error when `verbose`), written once per turn of
 * the event loop: a stream through the main thread would cost it a wake-up per line. Gives the function that writes what
 * is still pending at once.
 */
export function redirectOutput(options: { logFile: string | undefined; verbose: boolean }): () => void {
  const targets: number[] = []
  if (options.logFile !== undefined) targets.push(openSync(options.logFile, 'a', 0o600))
  if (options.verbose) targets.push(2)
  let pending = ''
  const flush = () => {
    const text = pending
    pending = ''
    if (text !== '') for (const target of targets) writeSync(target, text)
  }
  const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    if (pending === '') setImmediate(flush)
    pending += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') callback()
    return true
  }
  process.stdout.write = write as typeof process.stdout.write
  process.stderr.write = write as typeof process.stderr.write
  process.on('exit', flush)
  return flush
}
