import { beforeEach, expect, test } from 'vitest'
import type { Context } from '#kit/context.ts'
import type { DeviceRecord } from './device-record.ts'
import { makePairing } from './pairing.ts'
import type { LiveSocket } from './socket.ts'

let nowMs: number
let isPaired: boolean
let socket: LiveSocket

const socketOf = (): LiveSocket => ({}) as LiveSocket
const record = { transition: async () => undefined, change: async () => undefined } as unknown as DeviceRecord
const ctx = { clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } } as Context

beforeEach(() => {
  nowMs = 0
  isPaired = false
  socket = socketOf()
})

const pairing = () =>
  makePairing({ ctx, record, socket: () => socket, connect: async () => undefined, isPaired: () => isPaired })

test('codes are offered for the time that six of them live, over all connections', async () => {
  const { qrShown, phase } = pairing()
  expect(phase(socket)).toBe('begun')
  await qrShown('first')
  expect(phase(socket)).toBe('offered')
  nowMs = 100_000
  socket = socketOf()
  expect(phase(socket)).toBe('begun')
  await qrShown('first of the next connection')
  nowMs = 139_999
  expect(phase(socket)).toBe('offered')
  nowMs = 140_000
  expect(phase(socket)).toBe('over')
})

test('whoever asks again gets the whole time again', async () => {
  const { begin, qrShown, phase } = pairing()
  await qrShown('first')
  nowMs = 200_000
  begin()
  socket = socketOf()
  await qrShown('again')
  expect(phase(socket)).toBe('offered')
})

test('a phone that has linked the device ends it', async () => {
  const { qrShown, phase } = pairing()
  await qrShown('first')
  isPaired = true
  nowMs = 200_000
  expect(phase(socket)).toBe('linked')
})
