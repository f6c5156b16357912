import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversationKey } from '#domains/conversations/model.ts'
import type { Device } from '#domains/devices/model.ts'
import * as ask from '#domains/groups/ask.ts'
import type { Message } from '#domains/messages/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550007101'
const ADA = '15550007102'
const BOB = '15550007103'
const SHY = '15550007104'
const SILENT = '15550007105'

let world: World
let device: Device

const groups = () => world.network.groups

beforeAll(async () => {
  world = await startWorld({ shards: 2 })
  await world.startRunner()
  for (const phone of [ADA, BOB, SHY]) world.network.createPhone(phone, { name: phone })
  device = await world.pair(await world.createDevice(), OWN)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

/** Entries of changes in a group's conversation. */
const news = async (jid: string): Promise<Message[]> =>
  (await world.conversation(device, jid)).filter(({ kind }) => kind === 'system')

type Change = { kind: string } & Record<string, unknown>

const changeOf = (entry: Message): Change => entry.payload?.change as Change

const eventsOf = (entry: Message): string[] => {
  const { ev } = entry as unknown as { ev: string }
  return (JSON.parse(ev) as { type: string }[]).map(({ type }) => type)
}

const untilNews = (jid: string, kind: string): Promise<Message> =>
  waitFor(`news of ${kind}`, async () => (await news(jid)).find((entry) => changeOf(entry).kind === kind), {
    everyMs: 20,
  })

describe('what others do in groups', () => {
  test('is stored with its event, in the words of our own', async () => {
    const { id } = groups().create(ADA, 'Told', [OWN])
    const joined = await untilNews(id, 'join')
    expect(eventsOf(joined)).toEqual(['group.joined'])
    expect(joined).toMatchObject({ isGroup: true, phone: ADA, direction: 'in', senderName: ADA })
    expect(changeOf(joined)).toMatchObject({ isNew: true, group: { name: 'Told', size: 2 } })
    groups().change(ADA, id, 'add', [BOB])
    const added = await untilNews(id, 'add')
    expect(eventsOf(added)).toEqual(['group.changed'])
    expect(changeOf(added)).toMatchObject({
      members: [{ phone: BOB, lid: expect.any(String) }],
      version: expect.any(String),
    })
    groups().change(ADA, id, 'promote', [BOB])
    await untilNews(id, 'promote')
    groups().update(ADA, id, {
      subject: 'Retold',
      description: 'About us',
      announcement: true,
      locked: true,
      ephemeral: 86_400,
      approval: true,
      memberAddMode: 'admin_add',
    })
    expect(changeOf(await untilNews(id, 'name'))).toMatchObject({ name: 'Retold' })
    expect(changeOf(await untilNews(id, 'topic'))).toMatchObject({ text: 'About us' })
    expect(changeOf(await untilNews(id, 'announce'))).toMatchObject({ on: true, version: expect.any(String) })
    expect(changeOf(await untilNews(id, 'locked'))).toMatchObject({ on: true })
    expect(changeOf(await untilNews(id, 'ephemeral'))).toMatchObject({ seconds: 86_400 })
    expect(changeOf(await untilNews(id, 'approval'))).toMatchObject({ on: true })
    expect(changeOf(await untilNews(id, 'adminsAddOnly'))).toMatchObject({ on: true })
    groups().resetInvite(ADA, id)
    expect(changeOf(await untilNews(id, 'invite'))).toMatchObject({ code: groups().get(id).inviteCode })
    groups().join(SHY, groups().get(id).inviteCode)
    expect(changeOf(await untilNews(id, 'request'))).toMatchObject({ members: [{ phone: SHY }], method: 'invite_link' })
    groups().decide(ADA, id, 'reject', [SHY])
    expect(changeOf(await untilNews(id, 'requestEnded'))).toMatchObject({ members: [{ phone: SHY }] })
    const community = groups().createCommunity(ADA, { subject: 'Town' })
    groups().link(ADA, community.id, id)
    expect(changeOf(await untilNews(id, 'link'))).toMatchObject({
      relation: 'parent_group',
      linked: { jid: community.id, name: 'Town' },
    })
    groups().unlink(ADA, community.id, id)
    await untilNews(id, 'unlink')
    groups().leave(BOB, id)
    expect(changeOf(await untilNews(id, 'remove'))).toMatchObject({ members: [{ phone: BOB }] })
    const thread = await world.threads.find(world.ctx, world.tenantId, device.id, id)
    const conversation = await world.main.get(conversationKey(world.tenantId, thread?.conversationId ?? 0))
    expect(conversation).toMatchObject({ name: 'Retold', unreadCount: 0, isGroup: true })
  }, 40_000)

  test('is learnt of a time that the device was offline, once', async () => {
    const { id } = groups().create(ADA, 'Away', [OWN])
    await untilNews(id, 'join')
    world.network.faults.set({ kind: 'refuse-connections', ms: 1000 })
    world.network.faults.set({ kind: 'disconnect', phone: OWN })
    await world.untilState(device, 'waiting')
    groups().update(ADA, id, { subject: 'Renamed meanwhile' })
    const entry = await untilNews(id, 'name')
    expect(entry.offline).toBe(true)
    await world.untilState(device, 'online')
    world.network.faults.set({ kind: 'disconnect', phone: OWN })
    groups().update(ADA, id, { description: 'and described' })
    await untilNews(id, 'topic')
    expect((await news(id)).map((one) => changeOf(one).kind)).toEqual(['join', 'name', 'topic'])
  }, 40_000)

  test('gives a name to the conversation of a group that the device was in before it was linked', async () => {
    const LATE = '15550007106'
    world.network.createPhone(LATE)
    const { id } = groups().create(ADA, 'Older than the link', [LATE])
    const late = await world.pair(await world.createDevice(), LATE)
    const named = async (): Promise<boolean> => {
      await world.network.phone(ADA).send({ to: id, text: 'hello' })
      const thread = await world.threads.find(world.ctx, world.tenantId, late.id, id)
      const found = await world.main.get(conversationKey(world.tenantId, thread?.conversationId ?? 0))
      return (found as { name?: string } | undefined)?.name === 'Older than the link'
    }
    await waitFor('the name', named, { everyMs: 100 })
  }, 40_000)

  test('of a device that leaves groups out nothing is stored', async () => {
    const silent = await world.pair(
      await world.createDevice({ settings: { ...device.settings, skipGroups: true } }),
      SILENT,
    )
    const { id } = groups().create(ADA, 'Unheard', [SILENT, OWN])
    await untilNews(id, 'join')
    expect(await ask.getGroup(world.port, silent, id)).toMatchObject({ name: 'Unheard' })
    expect(await world.threads.find(world.ctx, world.tenantId, silent.id, id)).toBeUndefined()
  }, 40_000)
})

/** Questions of the device to WhatsApp from now on, by namespace and what they ask. */
const questions = (): { asked: string[]; stop: () => void } => {
  const asked: string[] = []
  const stop = world.network.on(({ type, phone, data }) => {
    const { tag, xmlns, child } = (data ?? {}) as Record<string, string>
    if (type === 'frame.in' && phone === OWN && tag === 'iq') asked.push(`${xmlns} ${child}`)
  })
  return { asked, stop }
}

describe('sends to a group', () => {
  test('ask for its members once, and reach those who are in it at each time', async () => {
    const group = groups().create(ADA, 'Busy', [OWN])
    const { asked, stop } = questions()
    const say = async (text: string): Promise<void> => {
      const ref = await world.send(device, group.id, { kind: 'text', text })
      await world.untilStatus(ref, 'delivered')
    }
    for (let at = 0; at < 15; at += 1) await say(`early ${at}`)
    groups().change(ADA, group.id, 'add', [BOB])
    await untilNews(group.id, 'add')
    groups().update(ADA, group.id, { subject: 'Busier', description: 'and busier', locked: true })
    await untilNews(group.id, 'topic')
    for (let at = 0; at < 15; at += 1) await say(`both ${at}`)
    groups().change(ADA, group.id, 'remove', [BOB])
    await untilNews(group.id, 'remove')
    for (let at = 0; at < 5; at += 1) await say(`late ${at}`)
    stop()
    // The group was described when the device joined it: sends need not ask at all.
    expect(asked.filter((question) => question.startsWith('w:g2'))).toEqual([])
    const texts = (phone: string): (string | undefined)[] =>
      world.network
        .phone(phone)
        .messages({ chat: group.id })
        .map(({ text }) => text)
    await waitFor('all messages at Ada', () => texts(ADA).length === 35)
    await waitFor('those while he was in at Bob', () => texts(BOB).length === 15)
    expect(texts(BOB).every((text) => text?.startsWith('both'))).toBe(true)
  }, 60_000)

  test('ask once for a group that is not remembered, however many there are at the same time', async () => {
    const members = [`${ADA}@s.whatsapp.net`, `${BOB}@s.whatsapp.net`]
    const { jid } = (await ask.createGroup(world.port, device, 'Fresh', members)).group
    const community = await ask.createCommunity(world.port, device, 'Around it', undefined)
    // What a link changes is not told in full: the group has to be asked for again.
    await ask.linkGroups(world.port, device, { action: 'link', parent: community.jid, children: [jid] })
    await untilNews(jid, 'link')
    const { asked, stop } = questions()
    const refs = await Promise.all(
      Array.from({ length: 20 }, (_, at) => world.send(device, jid, { kind: 'text', text: `at once ${at}` })),
    )
    for (const ref of refs) await world.untilStatus(ref, 'delivered')
    stop()
    expect(asked.filter((question) => question === 'w:g2 query')).toHaveLength(1)
    expect(asked.filter((question) => question.startsWith('usync')).length).toBeLessThanOrEqual(1)
  }, 60_000)
})
