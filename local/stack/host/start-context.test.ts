import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keptCredentials } from './credentials.ts'
import { portsOf } from './ports.ts'
import { openContext } from './start-context.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'context-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

it('says in one line why a folder cannot keep the state', () => {
  const file = path.join(directory, 'file')
  writeFileSync(file, '')
  expect(() => openContext({ dir: file }, [])).toThrow(
    `${file} cannot keep the state: it is a file; choose another folder with --data`,
  )
  expect(() => openContext({ dir: path.join(file, 'below') }, [])).toThrow(/a part of the path is a file; choose/)
})

it('names a damaged file of the folder and says what to do', async () => {
  for (const name of ['ports.json', 'local.json']) writeFileSync(path.join(directory, name), '{bad')
  await expect(portsOf(directory)).rejects.toThrow(`${path.join(directory, 'ports.json')} is damaged: delete it`)
  expect(() => keptCredentials(directory)).toThrow(`${path.join(directory, 'local.json')} is damaged: repair it`)
})
