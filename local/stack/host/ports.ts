import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { freePort } from '#local/aws/free-port.ts'
import { readKept } from './kept-file.ts'

const portsSchema = z.object({
  dynamodb: z.number(),
  storage: z.number(),
  endpoint: z.number(),
  sandbox: z.number(),
})

/** Ports of what stands behind the front. */
export type StackPorts = z.infer<typeof portsSchema>

/**
 * The ports a data folder used last, so that links into the object store and bookmarks of the sandbox outlive a restart. A
 * port that another program has taken meanwhile is replaced.
 */
export async function portsOf(directory: string): Promise<StackPorts> {
  const file = path.join(directory, 'ports.json')
  const known = readKept(file, portsSchema.partial(), 'delete it, and other ports are taken') ?? {}
  const names = Object.keys(portsSchema.shape) as (keyof StackPorts)[]
  const entries: [string, number][] = []
  for (const name of names) {
    const last = known[name]
    entries.push([name, last !== undefined && (await isFree(last)) ? last : await freePort()])
  }
  const ports = portsSchema.parse(Object.fromEntries(entries))
  writeFileSync(file, JSON.stringify(ports))
  return ports
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
