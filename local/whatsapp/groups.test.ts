import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './test-client.ts'
import { TestNetwork, textOn } from './test-network.ts'

let net: TestNetwork

beforeAll(async () => {
  net = await TestNetwork.start()
})

afterEach(() => net.reset())
afterAll(async () => net.close())

describe('groups', () => {
  test('a client creates a group, and texts reach every member from client and phone', async () => {
    const ada = await net.link('Ada')
    const bob = await net.link('Bob')
    const cleo = net.contact('Cleo')
    const group = await ada.client.socket.groupCreate('Engine', [bob.jid, cleo.jid])
    expect(group).toMatchObject({ subject: 'Engine', addressingMode: 'lid', size: 3 })
    await eventually('told', () => bob.client.groupEvents.some(({ name }) => name === 'groups.upsert'))
    const first = await ada.client.send(group.id, { text: 'from the client' })
    expect(await textOn(cleo.phone, 'from the client')).toMatchObject({
      chat: group.id,
      from: ada.number,
      participant: ada.number,
    })
    const inClient = await bob.client.text('from the client')
    expect(inClient.key).toMatchObject({
      remoteJid: group.id,
      participant: ada.phone.view().lid,
      participantAlt: ada.jid,
    })
    await cleo.phone.send({ to: group.id, text: 'from the phone' })
    expect((await ada.client.text('from the phone')).key).toMatchObject({
      participant: cleo.phone.view().lid,
      fromMe: false,
    })
    await bob.client.text('from the phone')
    await textOn(bob.phone, 'from the phone')
    await ada.client.send(group.id, { text: 'second from the client' })
    await textOn(cleo.phone, 'second from the client')
    await bob.client.text('second from the client')
    await cleo.phone.read(first)
    await eventually('receipts', () => {
      const receipts = ada.client.receipts.filter(({ key }) => key.id === first)
      return (
        receipts.some(({ receipt }) => receipt.readTimestamp) &&
        receipts.some(({ receipt }) => receipt.receiptTimestamp)
      )
    })
  })

  test('members are added, promoted, demoted and removed, and everybody learns of it', async () => {
    const ada = await net.link('Ada')
    const bob = await net.link('Bob')
    const cleo = net.contact('Cleo')
    const { id } = await ada.client.socket.groupCreate('Changing', [bob.jid])
    const { socket } = ada.client
    expect(await socket.groupParticipantsUpdate(id, [cleo.jid, '15550000099@s.whatsapp.net'], 'add')).toMatchObject([
      { status: '200' },
      { status: '404' },
    ])
    await eventually('added', () => bob.client.groupEvents.some(({ name }) => name === 'group-participants.update'))
    await socket.groupParticipantsUpdate(id, [bob.jid], 'promote')
    expect(net.network.groups.get(id).participants).toContainEqual({ phone: bob.number, role: 'admin' })
    await socket.groupParticipantsUpdate(id, [bob.jid], 'demote')
    await socket.groupParticipantsUpdate(id, [cleo.jid], 'remove')
    expect(net.network.groups.get(id).participants.map(({ phone }) => phone)).toEqual([ada.number, bob.number])
    await expect(cleo.phone.send({ to: id, text: 'still here?' })).rejects.toMatchObject({ status: 409 })
    await expect(bob.client.socket.groupParticipantsUpdate(id, [ada.jid], 'remove')).rejects.toThrow('forbidden')
  })

  test('subject, description, settings, invitation, joining and leaving work as the client asks for them', async () => {
    const ada = await net.link('Ada')
    const bob = await net.link('Bob')
    const { socket } = ada.client
    const { id } = await socket.groupCreate('Before', [])
    await socket.groupUpdateSubject(id, 'After')
    await socket.groupUpdateDescription(id, 'What it is about')
    await socket.groupSettingUpdate(id, 'announcement')
    await socket.groupSettingUpdate(id, 'locked')
    await socket.groupToggleEphemeral(id, 86_400)
    expect(await socket.groupMetadata(id)).toMatchObject({
      subject: 'After',
      desc: 'What it is about',
      announce: true,
      restrict: true,
      ephemeralDuration: 86_400,
    })
    const code = await socket.groupInviteCode(id)
    expect(await bob.client.socket.groupGetInviteInfo(code ?? '')).toMatchObject({ subject: 'After' })
    expect(await bob.client.socket.groupAcceptInvite(code ?? '')).toBe(id)
    expect(Object.keys(await bob.client.socket.groupFetchAllParticipating())).toEqual([id])
    const refused = await bob.client.send(id, { text: 'members may not write here' })
    await eventually('refused', () => bob.client.acks.find((ack) => ack.id === refused && ack.error === '403'))
    await bob.client.socket.groupLeave(id)
    expect(net.network.groups.get(id).participants).toHaveLength(1)
    expect(await socket.groupRevokeInvite(id)).not.toBe(code)
    await expect(bob.client.socket.groupAcceptInvite(code ?? '')).rejects.toThrow()
  })

  test('with approval switched on, joining is a request that an administrator decides', async () => {
    const ada = await net.link('Ada')
    const bob = net.contact('Bob')
    const { socket } = ada.client
    const { id } = await socket.groupCreate('Guarded', [])
    await socket.groupJoinApprovalMode(id, 'on')
    net.network.groups.join(bob.number, net.network.groups.get(id).inviteCode)
    const [request] = await socket.groupRequestParticipantsList(id)
    expect(request?.jid).toBe(bob.phone.view().lid)
    await socket.groupRequestParticipantsUpdate(id, [bob.phone.view().lid], 'approve')
    expect(net.network.groups.get(id).participants).toHaveLength(2)
  })

  test('who cannot be added is named with the reason, one by one', async () => {
    const ada = await net.link('Ada')
    const [shy, gone, late] = [net.contact('Shy'), net.contact('Gone'), net.contact('Late')]
    await shy.phone.update({ privacy: { groupadd: 'none' } })
    const { id } = await ada.client.socket.groupCreate('Picky', [gone.jid, shy.jid])
    expect(net.network.groups.get(id).participants).toHaveLength(2)
    net.network.groups.update(ada.number, id, { capacity: 2 })
    const asked = [shy.jid, gone.jid, late.jid]
    const results = await ada.client.socket.groupParticipantsUpdate(id, asked, 'add')
    expect(results.map(({ status }) => status)).toEqual(['403', '409', '419'])
    const code = net.network.groups.get(id).inviteCode
    expect(() => net.network.groups.join(late.number, code)).toThrow(/full/)
  })

  test('a community has an announcement group that everybody of its groups is in', async () => {
    const ada = await net.link('Ada')
    const bob = await net.link('Bob')
    const { socket } = ada.client
    const made = await socket.communityCreate('Village', 'All of us')
    const id = made?.id ?? ''
    expect(made).toMatchObject({ isCommunity: true, subject: 'Village', desc: 'All of us' })
    const { id: child } = await socket.groupCreate('Street', [bob.jid])
    await socket.communityLinkGroup(child, id)
    expect(await socket.groupMetadata(child)).toMatchObject({ linkedParent: id })
    const { linkedGroups } = await socket.communityFetchLinkedGroups(id)
    expect(linkedGroups.map(({ subject }) => subject)).toEqual(['Village', 'General', 'Street'])
    const [announcements] = net.network.groups.linked(id)
    expect(announcements?.participants.map(({ phone }) => phone)).toEqual([ada.number, bob.number])
    await ada.client.send(announcements?.id ?? '', { text: 'hear, hear' })
    await textOn(bob.phone, 'hear, hear')
    await expect(bob.client.socket.communityUnlinkGroup(child, id)).rejects.toThrow('forbidden')
    await socket.communityUnlinkGroup(child, id)
    expect(net.network.groups.get(child).parent).toBeUndefined()
  })

  test('a group message that does not open is sent again to whoever asks', async () => {
    const ada = await net.link('Ada')
    const bob = net.contact('Bob')
    const { id } = await ada.client.socket.groupCreate('Retry', [bob.jid])
    network().faults.set({ kind: 'phone-cannot-decrypt', phone: bob.number, count: 1 })
    await ada.client.send(id, { text: 'again please' })
    await textOn(bob.phone, 'again please')
    network().faults.set({ kind: 'device-cannot-decrypt', phone: ada.number, device: ada.device, count: 1 })
    await bob.phone.send({ to: id, text: 'key was damaged' })
    await ada.client.text('key was damaged')
  })
})

function network() {
  return net.network
}
