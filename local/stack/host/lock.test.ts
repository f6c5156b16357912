import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DataFolderInUseError, lockDataFolder } from './lock.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lock-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

it('lets one stack at a time use a data folder', () => {
  const release = lockDataFolder(directory)
  expect(() => lockDataFolder(directory)).toThrow(DataFolderInUseError)
  release()
  lockDataFolder(directory)()
})

it('takes over the lock of a process that is gone', async () => {
  const child = spawn('true')
  await new Promise((resolve) => child.once('exit', resolve))
  writeFileSync(path.join(directory, 'lock.json'), JSON.stringify({ pid: child.pid, startedAt: '1' }))
  lockDataFolder(directory)()
})

it('takes over the lock of a number that another process has now', () => {
  writeFileSync(path.join(directory, 'lock.json'), JSON.stringify({ pid: process.pid, startedAt: '1' }))
  lockDataFolder(directory)()
})
