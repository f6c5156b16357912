import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { makeCounters } from '#data/counters.ts'
import type { Table } from '#data/table.ts'
import { ask, awaitReply, type CommandPort, dispatch, makeCommand } from '#domains/commands/dispatch.ts'
import type { MessageContent, MessageContext, Work } from '#domains/commands/model.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { type Device, defaultSettings } from '#domains/devices/model.ts'
import { changeDevice, createDeviceWrite, findDevice } from '#domains/devices/repo.ts'
import { type Message, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { findMessage, listMessages, recordOutbound } from '#domains/messages/repo.ts'
import { isoTime, systemClock } from '#kit/clock.ts'
import type { Context, Log } from '#kit/context.ts'
import { newDeviceId, newId, newWaMessageId } from '#kit/ids.ts'
import { startSandboxNetwork } from '#local/whatsapp/network.ts'
import type { SandboxNetwork } from '#local/whatsapp/network-types.ts'
import { waitFor } from '#test/harness/wait.ts'
import { parseConfig } from '../config.ts'
import { makeLog } from '../log.ts'
import { makeRunner, type Runner } from '../runner.ts'
import { type Emulators, startEmulators } from './emulators.ts'
import { testKeyService } from './test-keys.ts'

/** A whole world for runner tests: emulators, the sandbox network, and runners in this process. */
export type World = Awaited<ReturnType<typeof startWorld>>

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Starts a world with fresh tables. `LOG=1` in the environment shows what the runners log. */
export const startWorld = async (options: { shards?: number; leaseTtlMs?: number } = {}) => {
  const [emulators, network]: [Emulators, SandboxNetwork] = await Promise.all([startEmulators(), startSandboxNetwork()])
  const { main, session } = await emulators.tables()
  const queueUrls = await emulators.queues(options.shards ?? 2)
  const master = randomBytes(32)
  const keys = testKeyService(master)
  const children: ChildProcess[] = []
  const ctx: Context = { clock: systemClock, log: quiet, main }
  const threads = makeThreads(makeCounters(main))
  const port: CommandPort = { sqs: emulators.sqs, queueUrls, session, clock: systemClock }
  const runners: Runner[] = []
  const tenantId = `org_${randomBytes(4).toString('hex')}`
  let devices = 0

  const startRunner = async (more: Record<string, string> = {}): Promise<Runner> => {
    const task = newId('task')
    const runner = makeRunner({
      task,
      config: parseConfig(
        {
          WHATSAPP_URL: network.webSocketUrl,
          WHATSAPP_ROOT_KEY: network.rootKey,
          LEASE_TTL_MS: String(options.leaseTtlMs ?? 3000),
          HEALTH_PORT: '0',
          ...more,
        },
        queueUrls.length,
      ),
      environment: 'test',
      clock: systemClock,
      log: process.env.LOG ? makeLog('DEBUG', task, (line) => process.stderr.write(line)) : quiet,
      main,
      session,
      dynamodb: emulators.dynamodb,
      sqs: emulators.sqs,
      s3: emulators.s3,
      queueUrls,
      mediaBucket: emulators.bucket,
      keys,
      // Tests store what is sealed as it is.
      openSecret: async (sealed) => sealed,
      threads: makeThreads(makeCounters(main)),
    })
    await runner.start()
    runners.push(runner)
    return runner
  }

  /** Starts a runner in a process of its own; it can be killed without warning. */
  const startChild = async (more: Record<string, string> = {}): Promise<ChildProcess> => {
    const settings = {
      dynamodb: emulators.dynamodbEndpoint,
      aws: emulators.awsEndpoint,
      main: main.name,
      session: session.name,
      queueUrls,
      bucket: emulators.bucket,
      master: master.toString('hex'),
      log: process.env.LOG ? 'DEBUG' : undefined,
      env: {
        WHATSAPP_URL: network.webSocketUrl,
        WHATSAPP_ROOT_KEY: network.rootKey,
        LEASE_TTL_MS: String(options.leaseTtlMs ?? 3000),
        HEALTH_PORT: '0',
        ...more,
      },
    }
    const child = fork(process.env.RUNNER_BUNDLE ?? new URL('./child.ts', import.meta.url), {
      env: { ...process.env, NODE_OPTIONS: '', RUNNER_CHILD: JSON.stringify(settings) },
      execArgv: (process.env.RUNNER_FLAGS ?? '').split(' ').filter(Boolean),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    children.push(child)
    await once(child, 'message')
    return child
  }

  const createDevice = async (more: Partial<Device> = {}): Promise<Device> => {
    devices += 1
    const device: Device = {
      id: newDeviceId(),
      tenantId,
      number: devices,
      name: `device ${devices}`,
      shard: devices % queueUrls.length,
      tokenCipher: 'x',
      tokenHash: 'x',
      settings: defaultSettings(),
      desired: 'online',
      state: 'idle',
      transitions: [],
      createdAt: isoTime(Date.now()),
      ...more,
    }
    await main.transact([createDeviceWrite(device, [])])
    return device
  }

  const currentDevice = async (device: Device): Promise<Device> => {
    const found = await findDevice(ctx, device.id)
    if (!found) throw new Error('the device is gone')
    return found
  }

  const command = (device: Device, work: Work): Promise<void> =>
    dispatch(port, device, makeCommand(systemClock, device, work))

  const untilState = (device: Device, state: Device['state'], timeoutMs = 20_000): Promise<Device> =>
    waitFor(
      `the device to be ${state}`,
      async () => {
        const now = await currentDevice(device)
        return now.state === state && now
      },
      { timeoutMs, everyMs: 20 },
    )

  /** Connects a device, scans its QR code with a new phone, and waits until it is online. */
  const pair = async (device: Device, phone: string): Promise<Device> => {
    network.createPhone(phone)
    await command(device, { type: 'device.reconcile' })
    const waiting = await waitFor('a QR code', async () => (await currentDevice(device)).qr, {
      timeoutMs: 20_000,
      everyMs: 20,
    })
    await network.phone(phone).scan(waiting.code)
    return untilState(device, 'online')
  }

  /** Does what the API does for a send: thread, durable command, message item. */
  const send = async (
    device: Device,
    phone: string,
    content: MessageContent,
    context: MessageContext = {},
    more: { record?: boolean; messageId?: string } = {},
  ): Promise<{ messageId: string; conversationId: number }> => {
    const to = phone.includes('@') ? phone : `${phone}@s.whatsapp.net`
    const address = /@(g\.us|newsletter)$/.test(to) ? { group: to } : { pn: to }
    const { conversationId } = await threads.resolve(ctx, { tenantId, deviceId: device.id }, address)
    const messageId = more.messageId ?? newWaMessageId()
    const acceptedAt = isoTime(Date.now())
    await command(device, {
      type: 'message.send',
      conversationId,
      messageId,
      to,
      content,
      context,
      source: 'api',
      acceptedAt,
    })
    const message: Message = {
      tenantId,
      deviceId: device.id,
      conversationId,
      messageId,
      direction: 'out',
      kind: content.kind,
      status: 'accepted',
      rank: STATUS_RANK.accepted,
      chat: to,
      text: 'text' in content ? content.text : undefined,
      isGroup: to.endsWith('@g.us'),
      source: 'api',
      at: threadTime(Date.now(), messageId),
      timestamp: acceptedAt,
      acceptedAt,
    }
    if (more.record !== false) await recordOutbound(ctx, message)
    return { messageId, conversationId }
  }

  const messageOf = (ref: { messageId: string; conversationId: number }): Promise<Message | undefined> =>
    findMessage(ctx, { tenantId, ...ref })

  const untilStatus = (
    ref: { messageId: string; conversationId: number },
    status: Message['status'],
    timeoutMs = 15_000,
  ) =>
    waitFor(
      `message to be ${status}`,
      async () => {
        const message = await messageOf(ref)
        return message?.status === status && message
      },
      { timeoutMs, everyMs: 10 },
    )

  return {
    emulators,
    network,
    main,
    session: session as Table,
    ctx,
    port,
    threads,
    tenantId,
    queueUrls,
    runners,
    startRunner,
    startChild,
    createDevice,
    currentDevice,
    command,
    untilState,
    pair,
    send,
    messageOf,
    untilStatus,
    change: (device: Device, set: Partial<Device>) => changeDevice(ctx, device.id, { set }),
    ask: (device: Device, work: Work) => ask(port, device, work),
    awaitReply: (id: string) => awaitReply(port, id),

    /** Messages of the device's conversation with a phone, oldest first. */
    conversation: async (device: Device, jid: string): Promise<Message[]> => {
      const thread = await threads.find(ctx, tenantId, device.id, jid)
      return thread ? (await listMessages(ctx, tenantId, thread.conversationId, { limit: 1000 })).items.reverse() : []
    },

    close: async (): Promise<void> => {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(runners.map((runner) => runner.drain()))
      await network.close()
      await emulators.close()
    },
  }
}
