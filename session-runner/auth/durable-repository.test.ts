import {
  addTransactionCapability,
  Curve,
  DEFAULT_CONNECTION_CONFIG,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalRepositoryWithLIDStore,
  signedKeyPair,
} from '@whiskeysockets/baileys'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { clientLog, silenceConsole } from '../connection/client-log.ts'
import { memoryItems } from '../testing/memory-items.ts'
import { testKeyService } from '../testing/test-keys.ts'
import { type AuthState, openAuthState } from './auth-state.ts'
import { durableRepository, type ReceiveGate } from './durable-repository.ts'
import { RESERVE } from './ratchet-store.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const log = clientLog(quiet, 'device')
const keyService = testKeyService()
const noTimers = { setTimeout: () => setTimeout(() => undefined, 0), clearTimeout: () => undefined }
const options = { maxCommitRetries: 1, delayBetweenTriesMs: 1 }
const ALICE = '1001@lid'
const BOB = '2002@lid'
const GROUP = '555@g.us'

beforeAll(() => silenceConsole())

type Memory = ReturnType<typeof memoryItems>

/** Alice as the runner would open her: from what is stored. */
const openAlice = async (
  memory: Memory,
  retries = new Set<string>(),
  gate: ReceiveGate = (_ciphertext, decrypt) => decrypt(),
): Promise<{ state: AuthState; repository: SignalRepositoryWithLIDStore }> => {
  const state = await openAuthState({
    items: memory.items,
    keys: keyService,
    tenantId: 't',
    deviceId: 'device',
    lost: () => undefined,
    timers: noTimers,
  })
  await state.saveCreds()
  const keys = addTransactionCapability(state.keys, log, options)
  const make = durableRepository(state, gate, retries)
  return { state, repository: make({ creds: state.creds, keys }, log) }
}

/** Bob is a plain client whose state never fails. */
const openBob = () => {
  const creds = initAuthCreds()
  const data = new Map<string, unknown>()
  const keys = addTransactionCapability(
    {
      get: async (type, ids) =>
        Object.fromEntries(
          ids.flatMap((id) => (data.has(`${type}#${id}`) ? [[id, data.get(`${type}#${id}`)]] : [])),
        ) as never,
      set: async (values: SignalDataSet) => {
        for (const [type, entries] of Object.entries(values)) {
          for (const [id, value] of Object.entries(entries)) {
            if (value === null) data.delete(`${type}#${id}`)
            else data.set(`${type}#${id}`, structuredClone(value))
          }
        }
      },
    },
    log,
    options,
  )
  const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds, keys }, log)
  return { creds, keys, repository }
}

type Bob = ReturnType<typeof openBob>

/** Gives Alice a session with Bob from a bundle of his. */
const introduce = async (repository: SignalRepositoryWithLIDStore, bob: Bob, preKeyId = 7): Promise<void> => {
  const preKey = Curve.generateKeyPair()
  await bob.keys.set({ 'pre-key': { [preKeyId]: preKey } })
  const { creds } = bob
  await repository.injectE2ESession({
    jid: BOB,
    session: {
      registrationId: creds.registrationId,
      identityKey: Buffer.concat([Buffer.of(5), creds.signedIdentityKey.public]),
      signedPreKey: {
        keyId: creds.signedPreKey.keyId,
        publicKey: Buffer.concat([Buffer.of(5), creds.signedPreKey.keyPair.public]),
        signature: creds.signedPreKey.signature,
      },
      preKey: { keyId: preKeyId, publicKey: Buffer.concat([Buffer.of(5), preKey.public]) },
    },
  })
}

const text = (value: string): Buffer => Buffer.from(proto.Message.encode({ conversation: value }).finish())

/** What Alice sends, and whether Bob can read it. */
const say = async (alice: SignalRepositoryWithLIDStore, bob: Bob, value: string): Promise<string> => {
  const frame = await alice.encryptMessage({ jid: BOB, data: text(value) })
  const plain = await bob.repository.decryptMessage({ jid: ALICE, type: frame.type, ciphertext: frame.ciphertext })
  return proto.Message.decode(plain).conversation ?? ''
}

const answer = async (alice: SignalRepositoryWithLIDStore, bob: Bob, value: string): Promise<string> => {
  const frame = await bob.repository.encryptMessage({ jid: ALICE, data: text(value) })
  const plain = await alice.decryptMessage({ jid: BOB, type: frame.type, ciphertext: frame.ciphertext })
  return proto.Message.decode(plain).conversation ?? ''
}

describe('a sending ratchet', () => {
  test('needs one write for a whole reserve of messages', async () => {
    const memory = memoryItems()
    const bob = openBob()
    const { repository } = await openAlice(memory)
    await introduce(repository, bob)
    await say(repository, bob, 'first')
    const before = memory.counts.puts
    for (let at = 0; at < RESERVE; at += 1) await say(repository, bob, `message ${at}`)
    expect(memory.counts.puts - before).toBeLessThanOrEqual(1)
  })

  test('does not let a frame leave that could not be made durable', async () => {
    const memory = memoryItems()
    const bob = openBob()
    const { repository } = await openAlice(memory)
    await introduce(repository, bob)
    memory.state.failing = true
    await expect(repository.encryptMessage({ jid: BOB, data: text('x') })).rejects.toThrow('newer owner')
  })

  test('never uses a message key twice and is always understood, wherever the process dies', async () => {
    const step = fc.constantFrom('say', 'say', 'say', 'answer', 'crash', 'flush', 'stop', 'lose')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const memory = memoryItems()
        const bob = openBob()
        let alice = await openAlice(memory)
        await introduce(alice.repository, bob)
        let count = 0
        expect(await say(alice.repository, bob, 'begin')).toBe('begin')
        for (const kind of steps) {
          count += 1
          const value = `${kind} ${count}`
          if (kind === 'say') expect(await say(alice.repository, bob, value)).toBe(value)
          else if (kind === 'answer') expect(await answer(alice.repository, bob, value)).toBe(value)
          else if (kind === 'lose') await alice.repository.encryptMessage({ jid: BOB, data: text(value) })
          else if (kind === 'flush') await alice.state.flush(false)
          else {
            if (kind === 'stop') await alice.state.flush(true)
            alice.state.close()
            alice = await openAlice(memory)
          }
        }
        expect(await say(alice.repository, bob, 'end')).toBe('end')
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

describe('a session', () => {
  const again = (repository: SignalRepositoryWithLIDStore, bob: Bob) => introduce(repository, bob, 8)

  test('is not replaced by keys that nobody asked for', async () => {
    const bob = openBob()
    const { repository } = await openAlice(memoryItems())
    await introduce(repository, bob)
    await say(repository, bob, 'one')
    await answer(repository, bob, 'two')
    await again(repository, bob)
    expect((await repository.encryptMessage({ jid: BOB, data: text('three') })).type).toBe('msg')
  })

  test('is replaced once for a device that asked for a message again', async () => {
    const bob = openBob()
    const retries = new Set([BOB])
    const { repository } = await openAlice(memoryItems(), retries)
    await introduce(repository, bob)
    retries.add(BOB)
    await say(repository, bob, 'one')
    await answer(repository, bob, 'two')
    await again(repository, bob)
    expect((await repository.encryptMessage({ jid: BOB, data: text('three') })).type).toBe('pkmsg')
    expect(retries.size).toBe(0)
  })

  test('that did not open a message is left as it was', async () => {
    const bob = openBob()
    const retries = new Set<string>()
    const { repository } = await openAlice(memoryItems(), retries)
    await introduce(repository, bob)
    await say(repository, bob, 'one')
    await answer(repository, bob, 'two')
    const late = await bob.repository.encryptMessage({ jid: ALICE, data: text('old session') })
    await say(repository, bob, 'three')
    const later = await bob.repository.encryptMessage({ jid: ALICE, data: text('old session, new ratchet') })
    retries.add(BOB)
    await again(repository, bob)
    // Both come from the session before, after the new one was made and before Bob knows of it.
    for (const frame of [late, later]) await repository.decryptMessage({ jid: BOB, ...frame })
    expect(await say(repository, bob, 'four')).toBe('four')
    expect(await answer(repository, bob, 'five')).toBe('five')
  })

  test('keeps few old receiving chains, however often the sides take turns', async () => {
    const bob = openBob()
    const { state, repository } = await openAlice(memoryItems())
    await introduce(repository, bob)
    for (let at = 0; at < 40; at += 1) {
      await say(repository, bob, `say ${at}`)
      await answer(repository, bob, `answer ${at}`)
    }
    expect(JSON.stringify(await state.session('2002_1.0')).length).toBeLessThan(4_000)
  })

  test('is stored only without the key of a message that is not durable yet', async () => {
    const memory = memoryItems()
    const bob = openBob()
    const opened = Promise.withResolvers<void>()
    const stored = Promise.withResolvers<void>()
    const alice = await openAlice(memory, new Set(), async (_ciphertext, decrypt) => {
      const plaintext = await decrypt()
      opened.resolve()
      await stored.promise
      return plaintext
    })
    await introduce(alice.repository, bob)
    await say(alice.repository, bob, 'one')
    const frame = await bob.repository.encryptMessage({ jid: ALICE, data: text('two') })
    const reading = alice.repository.decryptMessage({ jid: BOB, ...frame })
    await opened.promise
    const sending = alice.repository.encryptMessage({ jid: BOB, data: text('three') })
    const flushing = alice.state.flush(true)
    await new Promise((resolve) => setTimeout(resolve, 20))
    // The process dies here: the message comes again, and can be opened again.
    const next = await openAlice(memory)
    const plain = await next.repository.decryptMessage({ jid: BOB, ...frame })
    expect(proto.Message.decode(plain).conversation).toBe('two')
    stored.resolve()
    await Promise.allSettled([reading, sending, flushing])
  })
})

describe("the runner's own sender key of a group", () => {
  test('is understood after a crash, and does not grow with the messages sent', async () => {
    const memory = memoryItems()
    const bob = openBob()
    let alice = await openAlice(memory)
    const send = async (value: string): Promise<string> => {
      const { ciphertext, senderKeyDistributionMessage } = await alice.repository.encryptGroupMessage({
        group: GROUP,
        meId: ALICE,
        data: text(value),
      })
      const known = await bob.repository.hasSenderKey({ group: GROUP, meId: ALICE })
      if (!known) {
        await bob.repository.processSenderKeyDistributionMessage({
          authorJid: ALICE,
          item: { groupId: GROUP, axolotlSenderKeyDistributionMessage: senderKeyDistributionMessage },
        })
      }
      const plain = await bob.repository.decryptGroupMessage({ group: GROUP, authorJid: ALICE, msg: ciphertext })
      return proto.Message.decode(plain).conversation ?? ''
    }
    for (let at = 0; at < 50; at += 1) {
      expect(await send(`group ${at}`)).toBe(`group ${at}`)
      if (at % 9 === 0) alice = await openAlice(memory)
    }
    const name = `${GROUP}::1001_1::0`
    const stored = (await alice.state.keys.get('sender-key', [name]))[name]
    expect(stored?.length).toBeLessThan(1500)
  })
})

describe('what was received', () => {
  test('is decrypted again after a crash that lost the ratchet state', async () => {
    const memory = memoryItems()
    const bob = openBob()
    let alice = await openAlice(memory)
    await introduce(alice.repository, bob)
    await say(alice.repository, bob, 'hello')
    await alice.state.flush(false)
    const frame = await bob.repository.encryptMessage({ jid: ALICE, data: text('once') })
    const read = async (): Promise<string> => {
      const options = { jid: BOB, type: frame.type, ciphertext: frame.ciphertext }
      return proto.Message.decode(await alice.repository.decryptMessage(options)).conversation ?? ''
    }
    expect(await read()).toBe('once')
    alice = await openAlice(memory)
    expect(await read()).toBe('once')
    await alice.state.flush(false)
    alice = await openAlice(memory)
    await expect(read()).rejects.toThrow()
  })

  test('keeps the one-time pre-key until the session made with it is stored', async () => {
    const memory = memoryItems()
    const bob = openBob()
    let alice = await openAlice(memory)
    const preKey = Curve.generateKeyPair()
    await alice.state.keys.set({ 'pre-key': { 3: preKey } })
    const { creds } = alice.state
    const signed = signedKeyPair(creds.signedIdentityKey, 1)
    creds.signedPreKey.keyPair = signed.keyPair
    await alice.state.saveCreds()
    await bob.repository.injectE2ESession({
      jid: ALICE,
      session: {
        registrationId: creds.registrationId,
        identityKey: Buffer.concat([Buffer.of(5), creds.signedIdentityKey.public]),
        signedPreKey: {
          keyId: 1,
          publicKey: Buffer.concat([Buffer.of(5), signed.keyPair.public]),
          signature: signed.signature,
        },
        preKey: { keyId: 3, publicKey: Buffer.concat([Buffer.of(5), preKey.public]) },
      },
    })
    const first = await bob.repository.encryptMessage({ jid: ALICE, data: text('one') })
    const read = (frame: typeof first) => alice.repository.decryptMessage({ jid: BOB, ...frame })
    await read(first)
    // The process dies before anything was stored; Bob, who has no answer yet, sends with the same pre-key again.
    alice = await openAlice(memory)
    const second = await bob.repository.encryptMessage({ jid: ALICE, data: text('two') })
    expect(second.type).toBe('pkmsg')
    expect(proto.Message.decode(await read(second)).conversation).toBe('two')
    await alice.state.flush(false)
    expect(await alice.state.keys.get('pre-key', ['3'])).toEqual({})
    expect(Object.keys(await (await openAlice(memory)).state.keys.get('pre-key', ['3']))).toEqual([])
  })
})
