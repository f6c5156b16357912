import { describe, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { type Contact, contactKey, contactName } from '#domains/contacts/model.ts'
import { conversationKey } from '#domains/conversations/model.ts'
import { messageKey } from '#domains/messages/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { CHAT, FRIEND, type Item, OWN, STATUS, useInbound } from './testing/inbound.ts'

const inbound = useInbound()
const { stored, sends, webhookOf } = inbound

const base64 = Buffer.alloc(900, 7).toString('base64')

const conversation = async (item: Item) => {
  const found = await inbound.world.main.get(conversationKey(item.tenantId, item.conversationId))
  return found as unknown as { unreadCount: number; lastMessage: { messageId: string; text: string; kind: string } }
}

const target = (id: string, chat: string, accept: (message: Item) => boolean) => stored(id, chat, accept)

describe.each([
  ['a chat of two', () => OWN, () => CHAT],
  ['a group', () => inbound.group, () => inbound.group],
])('in %s', (_where, to, chat) => {
  test('votes are opened, the last of each person counts', async () => {
    const poll = await sends({ poll: { name: 'When?', options: ['Mo', 'Tu', 'We'], selectable: 0 } }, to())
    await stored(poll, chat())
    const vote = await sends({ vote: { id: poll, options: ['Mo', 'We'] } }, to())
    expect(await stored(vote, chat())).toMatchObject({
      kind: 'poll',
      text: 'Mo, We',
      payload: { vote: true, targetId: poll, options: ['Mo', 'We'] },
    })
    expect((await target(poll, chat(), ({ answers }) => answers !== undefined)).answers).toMatchObject([
      { by: { phone: FRIEND, lid: expect.any(String) }, options: ['Mo', 'We'] },
    ])
    const message = {
      pollUpdateMessage: { pollCreationMessageKey: { ID: poll }, vote: { selectedOptions: ['Mo', 'We'] } },
    }
    expect(await webhookOf(await stored(vote, chat()))).toMatchObject({ event: { Message: message } })
    await sends({ vote: { id: poll, options: ['Tu'] } }, to())
    await target(poll, chat(), ({ answers }) => answers?.length === 1 && answers[0]?.options?.join() === 'Tu')
    await sends({ vote: { id: poll, options: [] } }, to())
    await target(poll, chat(), ({ answers }) => answers?.length === 0)
  })

  test('answers to an invitation are opened', async () => {
    const event = await sends({ event: { name: 'Party', startsAt: 1_900_000_000 } }, to())
    await stored(event, chat())
    const answer = await sends({ answer: { id: event, response: 'going', guests: 2 } }, to())
    expect(await stored(answer, chat())).toMatchObject({
      kind: 'event',
      payload: { answer: true, response: 'going', guests: 2 },
    })
    await target(event, chat(), ({ answers }) => answers?.[0]?.response === 'going' && answers[0].guests === 2)
    expect(await webhookOf(await stored(answer, chat()))).toMatchObject({
      event: { Message: { encEventResponseMessage: { response: 'GOING', extraGuestCount: 2 } } },
    })
  })

  test('a reaction, an edit and a deletion change their message and the list, and nobody has more to read', async () => {
    const id = await sends({ text: 'first' }, to())
    const before = await conversation(await stored(id, chat()))
    await sends({ reaction: { id, text: '👍' } }, to())
    expect((await target(id, chat(), ({ reactions }) => reactions?.length === 1)).reactions).toMatchObject([
      { emoji: '👍', by: { phone: FRIEND } },
    ])
    await sends({ edit: { id, text: 'second' } }, to())
    const edited = await target(id, chat(), ({ editedAt }) => editedAt !== undefined)
    expect(edited.text).toBe('second')
    await waitFor(
      'the list to show the new words',
      async () => (await conversation(edited)).lastMessage.text === 'second',
    )
    await sends({ reaction: { id, text: '' } }, to())
    await target(id, chat(), ({ reactions }) => reactions?.length === 0)
    await sends({ revoke: { id } }, to())
    const revoked = await target(id, chat(), ({ revokedAt }) => revokedAt !== undefined)
    expect(revoked.text).toBe('second')
    await waitFor(
      'the list to show the deletion',
      async () => (await conversation(revoked)).lastMessage.kind === 'revoke',
    )
    expect(await conversation(revoked)).toMatchObject({
      unreadCount: before.unreadCount,
      lastMessage: { messageId: id, kind: 'revoke', text: '' },
    })
  })

  test('an edit that is encrypted with the secret of its message is opened', async () => {
    const messageContextInfo = { messageSecret: Buffer.alloc(32, 5).toString('base64') }
    const id = await sends({ proto: { conversation: 'frist', messageContextInfo } }, to())
    await stored(id, chat())
    const edit = await sends({ sealedEdit: { id, text: 'first' } }, to())
    expect(await stored(edit, chat())).toMatchObject({ kind: 'edit', text: 'first', payload: { targetId: id } })
    await target(id, chat(), ({ text: words, editedAt }) => words === 'first' && editedAt !== undefined)
    const message = { protocolMessage: { type: 'MESSAGE_EDIT', editedMessage: { conversation: 'first' } } }
    expect(await webhookOf(await stored(edit, chat()))).toMatchObject({ event: { Message: message, IsEdit: true } })
  })

  test('nobody changes what somebody else wrote', async () => {
    const ref = await inbound.world.send(inbound.device, to() === OWN ? FRIEND : inbound.group, {
      kind: 'text',
      text: 'ours',
    })
    await inbound.world.untilStatus(ref, 'delivered')
    const forged = await sends(
      {
        proto: {
          protocolMessage: {
            type: 14,
            key: { id: ref.messageId, fromMe: true, remoteJid: chat() },
            editedMessage: { conversation: 'forged' },
          },
        },
      },
      to(),
    )
    await stored(forged, chat())
    expect(await inbound.world.messageOf(ref)).toMatchObject({ text: 'ours' })
  })
})

test('an administrator deletes what others wrote, in a group only', async () => {
  const ours = await inbound.world.send(inbound.device, inbound.group, { kind: 'text', text: 'off topic' })
  await inbound.world.untilStatus(ours, 'delivered')
  const revoke = await sends({ revoke: { id: ours.messageId } }, inbound.group)
  await waitFor('the deletion', async () => (await inbound.world.messageOf(ours))?.revokedAt)
  expect(await webhookOf(await stored(revoke, inbound.group))).toMatchObject({ event: { Info: { Edit: '8' } } })
  const direct = await inbound.world.send(inbound.device, FRIEND, { kind: 'text', text: 'stays' })
  await inbound.world.untilStatus(direct, 'delivered')
  await stored(await sends({ revoke: { id: direct.messageId } }))
  expect((await inbound.world.messageOf(direct))?.revokedAt).toBeUndefined()
})

test('a vote in our own poll is opened with the secret that was sent', async () => {
  const secret = Buffer.alloc(32, 9).toString('base64')
  const ref = await inbound.world.send(inbound.device, FRIEND, {
    kind: 'poll',
    question: 'Q',
    options: ['A', 'B'],
    single: true,
    secret,
  })
  await inbound.world.untilStatus(ref, 'delivered')
  await sends({ vote: { id: ref.messageId, options: ['B'] } })
  await waitFor('the vote', async () => (await inbound.world.messageOf(ref))?.answers?.[0]?.options?.join() === 'B')
})

test('an own reaction, edit and deletion change the message they are about too', async () => {
  const id = await sends({ text: 'theirs' })
  await stored(id)
  await inbound.world.send(inbound.device, FRIEND, {
    kind: 'reaction',
    target: { chat: CHAT, messageId: id, fromMe: false },
    emoji: '❤️',
  })
  await target(id, CHAT, ({ reactions }) => reactions?.[0]?.by.me === true && reactions[0].emoji === '❤️')
  const ref = await inbound.world.send(inbound.device, FRIEND, { kind: 'text', text: 'wrong' })
  await inbound.world.untilStatus(ref, 'delivered')
  await inbound.world.send(inbound.device, FRIEND, {
    kind: 'revoke',
    target: { chat: CHAT, messageId: ref.messageId, fromMe: true },
  })
  await waitFor('the deletion', async () => (await inbound.world.messageOf(ref))?.revokedAt)
})

test('a later report of a live location moves the first one', async () => {
  const id = await sends({ liveLocation: { latitude: 1, longitude: 2, sequence: 1 } })
  await stored(id)
  await sends({ liveLocation: { latitude: 5, longitude: 6, sequence: 3 }, quote: id })
  await target(id, CHAT, ({ payload }) => payload?.latitude === 5 && payload.sequence === 3)
  const late = await sends({ liveLocation: { latitude: 3, longitude: 4, sequence: 2 }, quote: id })
  await stored(late)
  expect(await stored(id)).toMatchObject({ payload: { latitude: 5, longitude: 6 } })
})

test('a message that could not be opened keeps the reactions it got until it comes again', async () => {
  const linked = inbound.world.network.phone(OWN).view().devices[0]?.device ?? 1
  inbound.world.network.faults.set({ kind: 'device-cannot-decrypt', phone: OWN, device: linked, count: 1 })
  const id = await sends({ text: 'twice' })
  await sends({ reaction: { id, text: '🎉' } })
  const whole = await stored(id, CHAT, ({ kind, reactions }) => kind === 'text' && reactions !== undefined)
  expect(whole).toMatchObject({ text: 'twice', reactions: [{ emoji: '🎉' }] })
})

test('what WhatsApp withholds from linked devices is kept and announced', async () => {
  const id = await sends({ image: base64, withheld: 'view_once_unavailable_fanout' })
  const item = await stored(id)
  expect(item).toMatchObject({
    kind: 'undecryptable',
    direction: 'in',
    phone: FRIEND,
    payload: { unavailable: 'view_once_unavailable_fanout' },
  })
  const raw = await inbound.world.main.get(messageKey(item.tenantId, item.conversationId, id))
  expect(raw && readOutbox(raw)).toMatchObject([{ type: 'message.undecryptable' }])
})

test('what the own phone has of a withheld message takes its place, the file too', async () => {
  const id = await sends({ image: { base64, caption: 'from an advertisement' }, withheld: 'unknown' })
  const item = await stored(id, CHAT, ({ media }) => media?.state === 'ready')
  expect(item).toMatchObject({ kind: 'image', text: 'from an advertisement', direction: 'in', phone: FRIEND })
  expect(
    (await inbound.world.conversation(inbound.device, CHAT)).filter(({ messageId }) => messageId === id),
  ).toHaveLength(1)
})

test('what arrived while the device was away is the same, and says so', async () => {
  inbound.world.network.faults.set({ kind: 'refuse-connections', ms: 1500 })
  inbound.world.network.faults.set({ kind: 'disconnect', phone: OWN })
  const poll = await sends({ poll: { name: 'Away?', options: ['y', 'n'] } })
  const vote = await sends({ vote: { id: poll, options: ['y'] } })
  const burst: string[] = []
  for (const words of ['one', 'two', 'three', 'four', 'five', 'six']) burst.push(await sends({ text: words }))
  expect(await stored(vote)).toMatchObject({ offline: true, payload: { options: ['y'] } })
  expect(await target(poll, CHAT, ({ answers }) => answers?.length === 1)).toMatchObject({ offline: true })
  expect(await webhookOf(await stored(poll))).toMatchObject({ event: { Info: { IsOffline: true } } })
  for (const id of burst) expect((await stored(id)).offline).toBe(true)
  const order = (await inbound.world.conversation(inbound.device, CHAT)).map(({ messageId }) => messageId)
  expect(order.filter((id) => burst.includes(id))).toEqual(burst)
  inbound.world.network.faults.clear()
  await inbound.world.untilState(inbound.device, 'online')
}, 40_000)

test('status posts are kept apart and flagged, files as well', async () => {
  const words = await sends({ text: 'my day' }, STATUS)
  const item = await stored(words, STATUS)
  expect(item).toMatchObject({ kind: 'text', post: 'status', phone: FRIEND, lid: expect.any(String), direction: 'in' })
  const picture = await sends({ image: base64 }, STATUS)
  expect(await stored(picture, STATUS, ({ media }) => media?.state === 'ready')).toMatchObject({ post: 'status' })
  expect(await webhookOf(item)).toMatchObject({ event: { Info: { Chat: STATUS, Sender: CHAT, Phone: FRIEND } } })
})

test('a thread that was opened by LID alone, and one by number, become one with the first message that names both', async () => {
  const other = inbound.world.network.createPhone('15550009003', { name: 'Late' })
  const { lid } = other.view()
  const place = { tenantId: inbound.world.tenantId, deviceId: inbound.device.id }
  const byLid = await inbound.world.threads.resolve(inbound.world.ctx, place, { lid })
  const ref = await inbound.world.send(inbound.device, '15550009003', { kind: 'text', text: 'hello' })
  await inbound.world.untilStatus(ref, 'delivered')
  expect(ref.conversationId).not.toBe(byLid.conversationId)
  const { id } = await other.send({ to: OWN, text: 'hi', addressing: 'lid' })
  const reply = await stored(id, lid)
  expect(reply.conversationId).toBe(byLid.conversationId)
  const all = await waitFor('all of it', async () => {
    const messages = await inbound.world.conversation(inbound.device, lid)
    return messages.length >= 2 && messages.map(({ messageId }) => messageId)
  })
  expect(all).toEqual([ref.messageId, id])
})

test('who was written to first is called as the answers say, and otherwise when a later one says so', async () => {
  const number = '15550009010'
  const other = inbound.world.network.createPhone(number, { name: 'Nora' })
  const ref = await inbound.world.send(inbound.device, number, { kind: 'text', text: 'hello' })
  await inbound.world.untilStatus(ref, 'delivered')
  const chat = `${number}@s.whatsapp.net`
  const { contactId = 0 } =
    (await inbound.world.threads.find(inbound.world.ctx, inbound.world.tenantId, inbound.device.id, chat)) ?? {}
  const contact = async () => {
    const found = await inbound.world.ctx.main.get<Contact>(contactKey(inbound.world.tenantId, contactId))
    if (!found) throw new Error('there is no contact')
    return found
  }
  expect(contactName(await contact())).toBe(`+${number}`)
  await stored((await other.send({ to: OWN, text: 'hi' })).id, chat)
  const named = await contact()
  expect(named).toMatchObject({ profileName: 'Nora', gsi1sk: expect.stringMatching(/^nora#/) })
  expect(readOutbox(named)).toMatchObject([{ type: 'contact.updated', facts: { changed: ['profileName'] } }])
  await inbound.world.network.phone(number).update({ name: 'Nora Q' })
  await stored((await other.send({ to: OWN, text: 'married' })).id, chat)
  expect((await contact()).profileName).toBe('Nora Q')
})
