import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'

/** Paths of the page, their files and types. */
const FILES: Record<string, [string, string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
}

/** Serves the page on which a person acts as the holder of a phone. False for other paths. */
export async function servePage(path: string, response: ServerResponse): Promise<boolean> {
  const [name, type] = FILES[path] ?? []
  if (!name || !type) return false
  const body = await readFile(new URL(`./page/${name}`, import.meta.url))
  response.writeHead(200, { 'content-type': type, 'content-length': body.length, 'cache-control': 'no-cache' })
  response.end(body)
  return true
}
