import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recipeOf } from '#infra/bundling/build-state.ts'

const FILES = ['package-lock.json', 'session-runner/Dockerfile', 'infra/bundle.ts', 'infra/bundling/esbuild.ts']

let root: string

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pass-recipe-'))
  for (const file of FILES) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), 'as it was')
  }
})
afterAll(() => rmSync(root, { recursive: true }))

test('bundles are made anew for other entries, and are the same for the same ones', () => {
  const entry = { name: 'api-chat', file: 'index', source: '' } as const
  expect(recipeOf(root, [entry])).toBe(recipeOf(root, [{ ...entry }]))
  expect(recipeOf(root, [entry])).not.toBe(recipeOf(root, []))
})

test.each(FILES)('bundles are made anew when %s changes, though no bundle is made from it', (file) => {
  const before = recipeOf(root, [])
  writeFileSync(path.join(root, file), 'as it is now')
  expect(recipeOf(root, [])).not.toBe(before)
})
