import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { requireJava } from './java.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'java-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A program that prints a version as Java does. */
const javaOf = (version: string): string => {
  const file = path.join(directory, `java-${version}`)
  writeFileSync(file, `#!/bin/sh\necho 'openjdk version "${version}" 2025-01-01' >&2\n`)
  chmodSync(file, 0o755)
  return file
}

it('says in one line that Java is missing', async () => {
  await expect(requireJava(path.join(directory, 'nowhere'))).rejects.toThrow(
    /^Java 17 or later is needed to run DynamoDB Local; install it and put "java" on the PATH\.$/,
  )
})

it.each([
  ['1.8.0_292', '8'],
  ['11.0.2', '11'],
])('refuses Java %s and says which one it found', async (version, major) => {
  await expect(requireJava(javaOf(version))).rejects.toThrow(new RegExp(`^Java 17 or later .* is Java ${major}; `))
})

it.each(['17', '21.0.4', '25-ea'])('takes Java %s', async (version) => {
  await requireJava(javaOf(version))
})
