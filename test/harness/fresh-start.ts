import { afterAll, vi } from 'vitest'
import { forgetLazy } from '#kit/lazy.ts'

// Test files share a process, so that what they import is loaded once. Each leaves it as it found it: no environment of its
// own, nothing made from that environment, nothing faked.
const environment = { ...process.env }

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
  forgetLazy()
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})
