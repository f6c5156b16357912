import { makeCounters } from '#data/counters.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { findDevice } from '#domains/devices/repo.ts'
import { systemClock } from '#kit/clock.ts'
import { newId } from '#kit/ids.ts'
import { startSandboxNetwork } from '#local/whatsapp/network.ts'
import type { SandboxNetwork } from '#local/whatsapp/network-types.ts'
import type { PhoneApi } from '#local/whatsapp/phone-api.ts'
import { parseConfig } from '#runner/config.ts'
import { makeRunner } from '#runner/runner.ts'
import { testKeyService } from '#runner/testing/test-keys.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from './api-world.ts'
import { waitFor } from './wait.ts'

/** All operations over fresh stores, with a real runner behind them that is connected to a sandbox network. */
export type LiveWorld = Omit<ApiWorld, 'runner' | 'onlineDevice'> & {
  network: SandboxNetwork
  /** A device that a phone of this number is linked to; the phone is made when there is none. */
  linkedDevice: (tenant: TestTenant, phone: string) => Promise<ApiDevice & { phone: PhoneApi }>
}

/** Starts a live world: what an operation answers and what a simulated phone then shows can be tested together. */
export const liveWorld = async (): Promise<LiveWorld> => {
  const [world, network] = await Promise.all([apiWorld(), startSandboxNetwork()])
  const { ctx } = world
  // The real one takes the queue over.
  await world.runner.stop()
  const runner = makeRunner({
    task: newId('task'),
    config: parseConfig(
      { WHATSAPP_URL: network.webSocketUrl, WHATSAPP_ROOT_KEY: network.rootKey, HEALTH_PORT: '0' },
      1,
    ),
    environment: 'test',
    clock: systemClock,
    log: ctx.log,
    main: ctx.main,
    session: ctx.session,
    dynamodb: ctx.stores.dynamodb,
    sqs: ctx.stores.sqs,
    s3: ctx.stores.s3,
    queueUrls: [ctx.stores.queues['commands-0.fifo'] ?? ''],
    mediaBucket: ctx.stores.buckets.media ?? '',
    keys: testKeyService(),
    openSecret: async (sealed) => sealed,
    threads: makeThreads(makeCounters(ctx.main)),
  })
  await runner.start()

  const linkedDevice: LiveWorld['linkedDevice'] = async (tenant, number) => {
    const phone = network.createPhone(number)
    const device = await world.device(tenant)
    const body = { Subscribe: ['All'], Immediate: true }
    const connected = await world.call('POST', '/session/connect', { headers: device.headers, body })
    if (connected.status !== 200) throw new Error(`connecting: ${connected.status} ${connected.text}`)
    const waiting = { timeoutMs: 30_000, everyMs: 20 }
    const qr = await waitFor('a QR code', async () => (await findDevice(ctx, device.id))?.qr, waiting)
    await phone.scan(qr.code)
    await waitFor(
      'the device to be online',
      async () => (await findDevice(ctx, device.id))?.state === 'online',
      waiting,
    )
    return { ...device, phone }
  }

  return {
    ...world,
    network,
    linkedDevice,
    close: async () => {
      await runner.drain()
      await network.close()
      await world.close()
    },
  }
}
