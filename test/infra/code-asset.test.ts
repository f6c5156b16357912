import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentHash } from '#infra/bundling/content-hash.ts'
import { codeAsset } from '#infra/constructs/code-asset.ts'

let root: string

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'code-asset-'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** A bundle's folder as the passes make them: the code, and a library in a folder below, one part of it behind a link. */
const makeBundle = (name: string, library = 'native code'): string => {
  const folder = path.join(root, name)
  mkdirSync(path.join(folder, 'node_modules/library'), { recursive: true })
  writeFileSync(path.join(folder, 'index.mjs'), 'export const handler = () => {}')
  writeFileSync(path.join(folder, 'node_modules/library/code.node'), library)
  symlinkSync('code.node', path.join(folder, 'node_modules/library/latest.node'))
  return folder
}

/** Synthesises a function of the folder; where its code lies in the assembly, and under which key it is uploaded. */
const synthesise = (folder: string, assembly: string, code = codeAsset): { staged: string; key: string } => {
  const app = new App({ outdir: path.join(root, assembly) })
  const stack = new Stack(app, 'stack')
  new LambdaFunction(stack, 'f', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: code(stack, folder) })
  const { template, assets } = app.synth().getStackByName('stack') as unknown as {
    template: { Resources: Record<string, { Type: string; Properties: { Code: { S3Key: string } } }> }
    assets: unknown[]
  }
  expect(assets).toEqual([])
  const fn = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function')
  const key = fn?.Properties.Code.S3Key ?? ''
  return { staged: path.join(root, assembly, `asset.${path.basename(key, '.zip')}`), key }
}

const LIBRARY = 'node_modules/library/code.node'

test('an asset has the files of its bundle, not copies of them', () => {
  const folder = makeBundle('linked')
  const { staged } = synthesise(folder, 'linked-assembly')
  for (const file of ['index.mjs', LIBRARY]) {
    expect(statSync(path.join(staged, file)).ino).toBe(statSync(path.join(folder, file)).ino)
  }
  // What was a symbolic link stands for itself: its target may lie elsewhere.
  expect(readFileSync(path.join(staged, 'node_modules/library/latest.node'), 'utf8')).toBe('native code')
})

test('an asset stays whole when its bundle is removed', () => {
  const folder = makeBundle('removed')
  const { staged } = synthesise(folder, 'removed-assembly')
  rmSync(folder, { recursive: true })
  expect(readFileSync(path.join(staged, LIBRARY), 'utf8')).toBe('native code')
})

test('the key of an asset follows from what is in it, wherever it lies and whenever it was written', () => {
  const { key } = synthesise(makeBundle('one'), 'one-assembly')
  expect(synthesise(makeBundle('two'), 'two-assembly').key).toBe(key)
  expect(synthesise(makeBundle('three', 'other code'), 'three-assembly').key).not.toBe(key)
})

test('the CDK puts nothing else into the place of an asset', () => {
  const folder = makeBundle('by-cdk')
  const ours = synthesise(folder, 'our-assembly')
  const theirs = synthesise(folder, 'their-assembly', (_scope, directory) =>
    Code.fromAsset(directory, { assetHash: contentHash(directory) }),
  )
  expect(ours.key).toBe(theirs.key)
  expect(contentHash(ours.staged)).toBe(contentHash(folder))
})

test('a file that is written anew is read anew', () => {
  const folder = makeBundle('changing')
  const before = contentHash(folder)
  writeFileSync(path.join(folder, 'index.mjs'), 'export const handler = () => 1')
  expect(contentHash(folder)).not.toBe(before)
})
