import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { portsOf } from './ports.ts'

it('keeps the ports of a data folder, but for one that is taken', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ports-'))
  const first = await portsOf(directory)
  expect(await portsOf(directory)).toEqual(first)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(first.storage, '127.0.0.1', resolve))
  const second = await portsOf(directory)
  expect(second).toEqual({ ...first, storage: second.storage })
  expect(second.storage).not.toBe(first.storage)
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true })
})
