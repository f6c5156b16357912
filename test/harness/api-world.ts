import { randomBytes } from 'node:crypto'
import { makeCounters } from '#data/counters.ts'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { createTenant, type FirstCredentials } from '#domains/tenants/set-up.ts'
import { loadCatalogue } from '#infra/catalogue.ts'
import { systemClock } from '#kit/clock.ts'
import { type DomainContext, domainContext, useAsEnvironment } from './context.ts'
import { type FakeRunner, startFakeRunner } from './fake-runner.ts'
import { at } from './http.ts'
import { type Invoked, invoker } from './invoke.ts'

/** A tenant as tests use it. */
export type TestTenant = { tenantId: string } & FirstCredentials

/** Calls an operation; `headers` carry the credential. */
type Call = (
  method: string,
  path: string,
  options?: { headers?: Record<string, string>; query?: Record<string, string>; body?: unknown },
) => Promise<Invoked>

/** A device with its token, made by the API. */
export type ApiDevice = { id: string; token: string; headers: { token: string } }

/** All operations over fresh stores, with a stand-in for the runner. */
export type ApiWorld = {
  ctx: DomainContext
  runner: FakeRunner
  call: Call
  tenant: () => Promise<TestTenant>
  /** A device that has just been made. */
  device: (tenant: TestTenant, options?: Record<string, unknown>) => Promise<ApiDevice>
  /** A device that is paired and online with this number. */
  onlineDevice: (tenant: TestTenant, phone?: string) => Promise<ApiDevice>
  set: (device: ApiDevice, change: Partial<Device>) => Promise<void>
  close: () => Promise<void>
}

const randomPhone = (): string => `1555${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`

/** Starts a world for tests of operations. */
export const apiWorld = async (): Promise<ApiWorld> => {
  const ctx = await domainContext()
  // Waiting operations poll until a deadline: time has to pass.
  Object.assign(ctx.clock, systemClock)
  await useAsEnvironment(ctx)
  const { domains } = await loadCatalogue()
  const invoke = invoker(
    domains.flatMap(({ operations }) => operations.map(({ value }) => value)),
    ctx,
  )
  const runner = startFakeRunner(ctx)
  const counters = makeCounters(ctx.main)
  const call: Call = (method, path, options = {}) => invoke({ method, path, ...options })

  const tenant = async (): Promise<TestTenant> => {
    const slug = `t-${randomBytes(4).toString('hex')}`
    return createTenant(ctx, counters, { name: slug, slug, email: `${slug}@example.com` })
  }
  const set = async (device: ApiDevice, change: Partial<Device>): Promise<void> => {
    await changeDevice(ctx, device.id, { set: change })
  }
  const device = async (owner: TestTenant, options: Record<string, unknown> = {}): Promise<ApiDevice> => {
    const token = String(options.token ?? randomBytes(12).toString('hex'))
    const created = await call('POST', '/admin/users', {
      headers: { authorization: owner.adminToken },
      body: { name: 'test device', ...options, token },
    })
    if (created.status !== 201) throw new Error(`creating a device: ${created.status} ${created.text}`)
    return { id: String(at(created.body, 'data.id')), token, headers: { token } }
  }
  return {
    ctx,
    runner,
    call,
    tenant,
    device,
    onlineDevice: async (owner, phone = randomPhone()) => {
      const made = await device(owner)
      await set(made, {
        state: 'online',
        desired: 'online',
        jid: `${phone}:3@s.whatsapp.net`,
        lid: `9${phone}:3@lid`,
        pushName: 'Shop',
      })
      return made
    },
    set,
    close: async () => {
      await runner.stop()
      await ctx.close()
    },
  }
}
