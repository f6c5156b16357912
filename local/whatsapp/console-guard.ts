const SIGNAL_NOISE = [
  'Closing session:',
  'Opening session:',
  'Closing open session',
  'Closing stale open session',
  'Session already',
  'Removing old closed session:',
  'Decrypted message with closed session',
  'Failed to decrypt message with any known session',
  'Session error:',
  'Migrating session to:',
  'V1 session storage migration error',
]

const METHODS = ['log', 'info', 'warn', 'error'] as const

/** Marks a console method that already filters, so that two networks in one process wrap it once. */
const GUARDED = Symbol.for('sandbox-whatsapp.console-guard')

/**
 * Drops what libsignal writes to the console. It prints whole session objects, private keys included, whenever a
 * session is replaced; no process that runs sessions may let that through. Everything else is printed as before.
 */
export function silenceSignalConsole(): void {
  for (const method of METHODS) {
    const original = console[method]
    if (Reflect.get(original, GUARDED)) continue
    const filtered = (...args: unknown[]): void => {
      const [first] = args
      if (typeof first === 'string' && SIGNAL_NOISE.some((prefix) => first.startsWith(prefix))) return
      original.apply(console, args)
    }
    Reflect.set(filtered, GUARDED, true)
    console[method] = filtered
  }
}
