import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildPages } from '#infra/bundling/web.ts'
import { loadCatalogue, ROOT } from '#infra/catalogue.ts'

/** Bytes of compressed script that the first page may need. */
const FIRST_LOAD = 250_000

const sources = readdirSync(path.join(ROOT, 'web/src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(ROOT, 'web/src', file), 'utf8') }))

describe('the calls of the dashboard', () => {
  test('carry the key of the operation whose types they have', async () => {
    const { domains } = await loadCatalogue()
    const keys = new Map(domains.flatMap(({ operations }) => operations).map(({ file, value }) => [file, value.key]))
    const calls = sources.flatMap(({ file, text }) => {
      const imports = [...text.matchAll(/import type \{ operation as (\w+) \} from '#(functions\/[^']+)'/g)]
      const files = new Map(imports.map(([, name = '', from = '']) => [name, from]))
      return [...text.matchAll(/endpoint<typeof (\w+)>\(\s*'([^']+)'/g)].map(([, name = '', key]) => ({
        call: `${file}: ${name}`,
        key,
        declared: keys.get(files.get(name) ?? ''),
      }))
    })
    expect(calls.length).toBeGreaterThan(3)
    expect(calls.filter(({ key, declared }) => key !== declared)).toEqual([])
  })

  test('take types of the server, and none of its code', () => {
    const taken = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/^import (?!type )[^'"]*from '#(?:functions|kit|domains|data|infra|local|runner)[^']*'/gm)].map(
        ([line]) => `${file}: ${line}`,
      ),
    )
    expect(taken).toEqual([])
  })
})

test('colours of the dashboard come from its tokens', () => {
  const styles = readdirSync(path.join(ROOT, 'web/src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.module.css'))
    .map((file) => ({ file, text: readFileSync(path.join(ROOT, 'web/src', file), 'utf8') }))
  const literal = styles.filter(({ text }) => /(#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)\()/i.test(text))
  expect(literal.map(({ file }) => file)).toEqual([])
})

describe('the built pages', () => {
  let folder: string
  beforeAll(async () => {
    folder = await buildPages(ROOT)
  }, 120_000)

  const read = (address: string): Buffer => readFileSync(path.join(folder, address))

  /** The scripts that are loaded before the first page can be drawn: named by the page, and imported by those at once. */
  const firstScripts = (): string[] => {
    const found = new Set<string>()
    const follow = (address: string): void => {
      if (found.has(address)) return
      found.add(address)
      const text = read(address).toString()
      for (const [, next = ''] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
        follow(`/assets/${next}`)
    }
    for (const [, address = ''] of read('index.html')
      .toString()
      .matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)) {
      follow(address)
    }
    return [...found]
  }

  test('need little before the first of them is drawn', () => {
    const scripts = firstScripts()
    expect(scripts.length).toBeGreaterThan(0)
    const bytes = scripts.reduce((sum, address) => sum + gzipSync(read(address)).length, 0)
    console.log(`first load: ${bytes} bytes of compressed script in ${scripts.length} files`)
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD)
  })

  test('have nothing inline that the content security policy would refuse', () => {
    const page = read('index.html').toString()
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/i)
  })
})
