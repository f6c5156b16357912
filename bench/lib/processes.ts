import { readdirSync, readFileSync } from 'node:fs'

/** What a process of the stack is, told from its command line. */
export type Role = 'runner' | 'store' | 'sandbox' | 'host'

/** Processor time in milliseconds and resident memory in MiB. */
export type Usage = { cpuMs: number; rssMiB: number }

const TICK_MS = 10

const statOf = (pid: number): { parent: number; cpuMs: number; rssMiB: number } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return {
      parent: Number(fields[1]),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      rssMiB: (Number(fields[21]) * 4096) / 1024 / 1024,
    }
  } catch {
    return undefined
  }
}

const roleOf = (pid: number): Role => {
  let command = ''
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return 'host'
  }
  if (command.includes('DynamoDBLocal')) return 'store'
  if (command.includes('local/whatsapp/')) return 'sandbox'
  if (command.includes('main.mjs')) return 'runner'
  return 'host'
}

/** The processes under `root` (itself included) with what they are. Linux only, as the benchmark is. */
export const processTree = (root: number): { pid: number; role: Role }[] => {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined
    if (stat) parents.set(pid, stat.parent)
  }
  const isUnder = (pid: number): boolean => pid === root || (parents.has(pid) && isUnder(parents.get(pid) as number))
  return [...parents.keys()].filter(isUnder).map((pid) => ({ pid, role: roleOf(pid) }))
}

/** Usage per role of the tree under `root`, summed over the role's processes. */
export const usageByRole = (root: number): Record<Role, Usage> => {
  const total: Record<Role, Usage> = {
    runner: { cpuMs: 0, rssMiB: 0 },
    store: { cpuMs: 0, rssMiB: 0 },
    sandbox: { cpuMs: 0, rssMiB: 0 },
    host: { cpuMs: 0, rssMiB: 0 },
  }
  for (const { pid, role } of processTree(root)) {
    const stat = statOf(pid)
    if (!stat) continue
    total[role].cpuMs += stat.cpuMs
    total[role].rssMiB += stat.rssMiB
  }
  return total
}

/** Processor time spent per role between two readings. */
export const spent = (before: Record<Role, Usage>, after: Record<Role, Usage>): Record<Role, number> => ({
  runner: after.runner.cpuMs - before.runner.cpuMs,
  store: after.store.cpuMs - before.store.cpuMs,
  sandbox: after.sandbox.cpuMs - before.sandbox.cpuMs,
  host: after.host.cpuMs - before.host.cpuMs,
})
