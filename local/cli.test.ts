import { describe, expect, it } from 'vitest'
import { parseCli, UsageError } from './cli.ts'

describe('the command line of npm start', () => {
  it('has defaults for everything', () => {
    expect(parseCli([], {})).toEqual({
      port: 8080,
      data: '.switchboard',
      runners: 1,
      whatsapp: 'sandbox',
      sandboxPort: undefined,
      memory: false,
      verbose: false,
    })
    expect(parseCli([], { PORT: '9000' })?.port).toBe(9000)
    expect(parseCli(['--port', '9001'], { PORT: '9000' })?.port).toBe(9001)
    expect(parseCli(['--help'], {})).toBeUndefined()
  })

  it('takes the root key of another network as hex or base64', () => {
    const key = Buffer.alloc(32, 7)
    for (const text of [key.toString('hex'), key.toString('base64')]) {
      const options = parseCli(['--whatsapp', 'ws://localhost:1', '--whatsapp-root', text], {})
      expect(options?.whatsapp).toEqual({ url: 'ws://localhost:1', rootKey: key.toString('base64') })
    }
  })

  it.each([
    [['--port', 'x'], 'whole number'],
    [['--runners', '0'], 'from 1 to 32'],
    [['--nonsense'], 'See --help'],
    [['--live', '--whatsapp', 'ws://x'], 'exclude each other'],
    [['--whatsapp', 'ws://x'], 'go together'],
    [['--whatsapp', 'ws://x', '--whatsapp-root', 'short'], '32 bytes'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCli(args, {})).toThrow(UsageError)
    expect(() => parseCli(args, {})).toThrow(message)
  })
})
