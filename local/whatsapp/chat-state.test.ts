import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './test-client.ts'
import { type Linked, TestNetwork } from './test-network.ts'

let net: TestNetwork
let own: Linked
let friend: string

beforeAll(async () => {
  net = await TestNetwork.start()
  own = await net.link('Own')
  friend = net.contact('Friend').jid
})
afterEach(() => net.network.faults.clear())
afterAll(() => net.close())

const number = (jid: string): string => jid.split('@')[0] ?? ''
const shown = (jid = friend) => own.phone.chats.get(number(jid))

describe('changes a companion makes', () => {
  test('show on the phone: pin, archive, mute, star, delete, labels', async () => {
    const { socket } = own.client
    await socket.chatModify({ pin: true }, friend)
    await socket.chatModify({ mute: 1_900_000_000_000 }, friend)
    expect(shown()).toMatchObject({ pinned: true, muted: true, mutedUntil: 1_900_000_000_000, archived: false })
    await socket.chatModify({ pin: false }, friend)
    await socket.chatModify({ archive: true, lastMessages: [] }, friend)
    await socket.star(friend, [{ id: 'AA', fromMe: true }], true)
    expect(shown()).toMatchObject({ pinned: false, archived: true, starred: ['AA'] })
    await socket.addLabel('', { id: 'label_1', name: 'Important', color: 3 })
    await socket.addChatLabel(friend, 'label_1')
    await socket.addMessageLabel(friend, 'AA', 'label_1')
    expect(own.phone.chats.labels()).toEqual([{ id: 'label_1', name: 'Important', color: 3 }])
    expect(shown()).toMatchObject({ labels: ['label_1'], labelled: { AA: ['label_1'] } })
    await socket.removeChatLabel(friend, 'label_1')
    await socket.chatModify({ delete: true, lastMessages: [] }, friend)
    expect(shown()).toMatchObject({ deleted: true, archived: false, labels: [] })
  })

  test('made on an old version are not taken; the phone stays as it was', async () => {
    const other = net.contact('Other').jid
    net.network.faults.set({ kind: 'app-state-conflict', count: 1 })
    await own.client.socket.chatModify({ pin: true }, other)
    expect(shown(other)).toMatchObject({ pinned: false })
  })
})

describe('changes the person makes', () => {
  test('reach the companion as app state', async () => {
    const linked = await net.link('Second')
    const chat = net.contact('Chat')
    const updates: Record<string, unknown>[] = []
    linked.client.socket.ev.on('chats.update', (chats) => updates.push(...chats))
    await linked.phone.chats.change(chat.number, { pinned: true, muted: true, archived: true })
    await eventually('the pin', () => updates.some((update) => update.id === chat.jid && update.pinned))
    await eventually('the mute', () => updates.some((update) => update.id === chat.jid && update.muteEndTime === -1))
    await eventually('the archive', () => updates.some((update) => update.id === chat.jid && update.archived === true))
  })
})

describe('calls', () => {
  test('a rejected call stops ringing at the caller; an unknown one changes nothing', async () => {
    const caller = net.contact('Caller')
    const { callId } = caller.phone.call(own.number)
    await eventually('the offer', () => own.client.calls.some((call) => call.id === callId))
    await own.client.socket.rejectCall('NOT-THIS', caller.jid)
    expect(caller.phone.calls()).toMatchObject([{ callId, state: 'ringing' }])
    await own.client.socket.rejectCall(callId, caller.jid)
    expect(caller.phone.calls()).toMatchObject([{ callId, state: 'rejected', from: caller.number, to: own.number }])
  })
})
