import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Agent, startAgent } from './agent.ts'
import { ecsOperations } from './operations.ts'
import { Service } from './service.ts'

let directory: string
let service: Service
let agent: Agent

const arn = (rest: string) => `arn:aws:ecs:eu-central-1:000000000000:${rest}`
const preload = [new URL('./follow-parent.mjs', import.meta.url).href]

/** A program that reports itself to a file per task and ends only when asked (never, if told so). */
const program = `
import { writeFileSync } from 'node:fs'
const metadata = await (await fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + '/task')).json()
process.on('SIGTERM', () => process.env.STUBBORN || process.exit(0))
setInterval(() => {}, 1000)
writeFileSync(process.env.OUT + '/' + metadata.TaskARN.split('/').at(-1), JSON.stringify(process.env))
`

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'ecs-'))
  writeFileSync(path.join(directory, 'main.mjs'), program)
  agent = await startAgent(() => [service])
})

afterEach(async () => {
  await service.stop()
  await agent.close()
  rmSync(directory, { recursive: true })
})

function make(minimum: number, environment: Record<string, string> = {}): Service {
  const container = {
    name: 'runner',
    taskDefinitionArn: arn('task-definition/runner:1'),
    family: 'runner',
    directory,
    command: ['node', 'main.mjs'],
    environment,
    secrets: {},
    roleArn: '',
    stopTimeoutMs: 1000,
  }
  const definition = {
    name: 's',
    arn: arn('service/c/s'),
    clusterArn: arn('cluster/c'),
    clusterName: 'c',
    desiredCount: 1,
    container,
  }
  service = new Service(definition, {
    minimum,
    stopTimeoutMs: 500,
    restartMs: 10,
    log: () => {},
    launch: async (taskArn) => ({
      command: container.command,
      directory,
      environment: { ...environment, OUT: directory, ...agent.environmentOf(taskArn) },
      preload,
      logFile: path.join(directory, 'log'),
      verbose: false,
    }),
  })
  return service
}

const running = () => service.tasks.filter(({ status }) => status === 'RUNNING')
const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('an ECS service', () => {
  it('runs tasks that know who they are, and ends them in good order', async () => {
    await make(2).start()
    const { readdir } = await import('node:fs/promises')
    await vi.waitFor(
      async () => expect((await readdir(directory)).filter((name) => name.length === 32)).toHaveLength(2),
      5000,
    )
    const pids = running().map(({ pid }) => pid!)
    await service.stop()
    expect(pids.map(alive)).toEqual([false, false])
  })

  it('replaces a task that died', async () => {
    await make(1).start()
    const first = running()[0]!
    await first.kill()
    await vi.waitFor(() => expect(running()).toHaveLength(1), 5000)
    expect(running()[0]!.arn).not.toBe(first.arn)
  })

  it('kills a task that does not stop in time', async () => {
    await make(1, { STUBBORN: '1' }).start()
    await service.stop()
    expect(service.tasks).toEqual([])
  })

  it('scales through the API, keeps protected tasks, and never goes below its minimum', async () => {
    await make(1).start()
    const api = ecsOperations(() => [service])
    await api.UpdateService!({ cluster: 'c', service: 's', desiredCount: 3 })
    expect(running()).toHaveLength(3)
    const { taskArns } = await api.ListTasks!({ cluster: 'c', serviceName: 's' })
    const kept = (taskArns as string[])[0]!
    const uri = agent.environmentOf(kept).ECS_AGENT_URI
    const answer = await fetch(`${uri}/task-protection/v1/state`, {
      method: 'PUT',
      body: JSON.stringify({ ProtectionEnabled: true, ExpiresInMinutes: 5 }),
    })
    expect(await answer.json()).toMatchObject({ protection: { ProtectionEnabled: true, TaskArn: kept } })
    await api.UpdateService!({ cluster: 'c', service: 's', desiredCount: 0 })
    await vi.waitFor(() => expect(service.tasks.map((task) => task.arn)).toEqual([kept]), 5000)
    expect(await api.DescribeServices!({ cluster: 'c', services: ['s', 'x'] })).toMatchObject({
      services: [{ desiredCount: 1, runningCount: 1 }],
      failures: [{ arn: 'x' }],
    })
    expect(await api.DescribeTasks!({ cluster: 'c', tasks: [kept] })).toMatchObject({
      tasks: [{ lastStatus: 'RUNNING' }],
    })
  })
})
