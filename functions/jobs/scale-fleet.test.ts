import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { acquireLease, writeHeartbeat } from '#domains/leases/repo.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { job } from './scale-fleet.ts'

let ctx: DomainContext
let ecs: Server
let desired: number
let isThere: boolean

/** The part of ECS the job talks to: one service whose wanted number of tasks can be changed. */
const startEcs = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString()) as { desiredCount?: number }
      if (String(request.headers['x-amz-target']).endsWith('UpdateService')) desired = input.desiredCount ?? desired
      const services = isThere ? [{ status: 'ACTIVE', desiredCount: desired }] : []
      response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify({ services }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

beforeAll(async () => {
  ctx = await domainContext()
  ecs = await startEcs()
  await useAsEnvironment(ctx)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_ECS: `http://127.0.0.1:${(ecs.address() as AddressInfo).port}`,
    CLUSTER_ARN: 'arn:aws:ecs:us-east-1:000000000000:cluster/runner',
    SERVICE_NAME: 'runner',
    MAX_DEVICES: '1000',
    MIN_TASKS: '1',
    SHARD_COUNT: '4',
  })
})

beforeEach(async () => {
  desired = 1
  isThere = true
  // What earlier tests wrote is from dead tasks.
  ctx.clock.advance(60_000)
})

afterAll(async () => {
  ecs?.close()
  await ctx?.close()
})

const beat = (task: string, load: { devices: number; memory?: number; draining?: boolean }) => {
  const heartbeat = { task, beats: 1, shards: 1, draining: false, startedAt: '', ...load }
  return writeHeartbeat(ctx.session, heartbeat, ctx.clock.nowMs())
}

const run = async (): Promise<number> => {
  await job.handler(ctx, {})
  return desired
}

test('tasks that hold many devices get company', async () => {
  await beat('full', { devices: 950 })
  expect(await run()).toBe(2)
})

test('tasks with few devices but little memory left do as well', async () => {
  await beat('heavy', { devices: 100, memory: 0.9 })
  expect(await run()).toBe(2)
})

test('a calm fleet with room shrinks by one; one with a task that drains or is short of memory does not', async () => {
  desired = 2
  await beat('one', { devices: 10, memory: 0.1 })
  await beat('two', { devices: 10, memory: 0.7 })
  expect(await run()).toBe(2)
  await beat('two', { devices: 10, memory: 0.1, draining: true })
  expect(await run()).toBe(2)
  await beat('two', { devices: 10, memory: 0.1 })
  expect(await run()).toBe(1)
})

test('a task that has been silent is no part of the fleet', async () => {
  desired = 2
  await beat('dead', { devices: 1900, memory: 0.9 })
  ctx.clock.advance(50_000)
  await beat('alive', { devices: 10 })
  expect(await run()).toBe(2)
  desired = 1
  expect(await run()).toBe(1)
})

test('before the service exists nothing is asked of it', async () => {
  isThere = false
  await beat('full', { devices: 5000 })
  await acquireLease(ctx.session, 0, 'full', undefined, ctx.clock.nowMs())
  expect(await run()).toBe(1)
})
