import { type AccountChange, changeAccount } from './account-change.ts'
import { createPhone, type PhoneOptions } from './accounts.ts'
import { writeContact, writePushName } from './app-state.ts'
import type { CallView } from './call-view.ts'
import { acceptCall, callFromPhone, callGroup, callsOf, endCall } from './calls.ts'
import type { Device } from './companion.ts'
import { ControlError } from './control-error.ts'
import { isGroupJid, lidJid, phoneDigits, pnJid } from './jid.ts'
import { unlink } from './login.ts'
import { newMessageId } from './message-id.ts'
import type { Phone, PhoneMessage } from './model.ts'
import { node } from './nodes.ts'
import { enterCode, scanQr } from './pairing.ts'
import { persistPhone } from './persist.ts'
import { onPhone, setOnline } from './phone.ts'
import { PhoneChats } from './phone-chats.ts'
import { composeMessage, type MessageInput, mediaBytes } from './phone-compose.ts'
import { advanceStatus } from './phone-receipts.ts'
import { findChat, isGroup, sendFromPhone } from './phone-send.ts'
import { postStatus, STATUS } from './phone-status.ts'
import { syncNewCompanion } from './phone-sync.ts'
import { type PhoneView, phoneView } from './phone-view.ts'
import { setPhonePicture } from './pictures.ts'
import { sendChatState, setAvailable } from './presence.ts'
import { sendReceipt } from './receipts.ts'
import { reinstall } from './reinstall.ts'
import type { World } from './world.ts'

/** What linking gives: the number of the companion and its two names. */
export interface LinkedDevice {
  device: number
  jid: string
  lid: string
}

/** Changes to a phone; what is absent stays. */
export interface PhoneChange extends AccountChange {
  name?: string
  online?: boolean
  autoRead?: boolean
  contacts?: { phone: string; name: string }[]
  /** Who sees status posts. */
  statusAudience?: Phone['statusAudience']
  /** Profile picture in base64; empty takes it away. */
  picture?: string
}

/** One simulated phone, to act as the person who holds it. */
export class PhoneApi {
  private readonly world: World
  private readonly state: Phone

  /** The chat list. */
  readonly chats: PhoneChats

  constructor(world: World, state: Phone) {
    this.world = world
    this.state = state
    this.chats = new PhoneChats(world, state)
  }

  /** The phone with its linked companions. */
  view(): PhoneView {
    return phoneView(this.state)
  }

  /** Changes the phone; push name and contacts go into app state, so that linked clients learn them. */
  async update(change: PhoneChange): Promise<PhoneView> {
    const { world, state } = this
    if (change.autoRead !== undefined) state.autoRead = change.autoRead
    if (change.statusAudience !== undefined) state.statusAudience = change.statusAudience
    changeAccount(world, state, change)
    if (change.picture !== undefined) setPhonePicture(world, state, Buffer.from(change.picture, 'base64'))
    const renamed = change.name !== undefined && change.name !== state.name
    if (change.name !== undefined) state.name = change.name
    for (const contact of change.contacts ?? [])
      state.contacts.set(phoneDigits(contact.phone), { ...contact, phone: phoneDigits(contact.phone) })
    persistPhone(world, state)
    if (change.online !== undefined && change.online !== state.online) this.switch(change.online)
    if (state.collections.get('critical_block')?.version) {
      await onPhone(world, state, async () => {
        if (renamed) await writePushName(world, state)
        for (const contact of change.contacts ?? []) await writeContact(world, state, phoneDigits(contact.phone))
      })
    }
    world.hub.emit({ type: 'phone.updated', phone: state.phone })
    return this.view()
  }

  private switch(online: boolean): void {
    const { world, state } = this
    setOnline(world, state, online)
    if (!online) return
    for (const device of state.devices.values()) {
      if (device.synced || !device.connection?.ready) continue
      onPhone(world, state, () => syncNewCompanion(world, state, device)).catch(() => undefined)
    }
  }

  /** Scans the text of a QR code; resolves when the companion is linked and about to log in. */
  async scan(qr: string): Promise<LinkedDevice> {
    return this.linked(await scanQr(this.world, this.state, qr))
  }

  /** Enters an eight-character code. */
  async linkCode(code: string): Promise<LinkedDevice> {
    return this.linked(await enterCode(this.world, this.state, code))
  }

  private linked(device: Device): LinkedDevice {
    return { device: device.id, jid: pnJid(this.state.phone, device.id), lid: lidJid(this.state.lid, device.id) }
  }

  /** Sends a message. */
  async send(input: MessageInput): Promise<{ id: string; timestamp: number }> {
    const { world, state } = this
    const message = composeMessage(world, state, input)
    if (input.to === STATUS) return postStatus(world, state, { message, id: input.id ?? newMessageId() })
    return sendFromPhone(world, state, {
      to: input.to,
      message,
      id: input.id ?? newMessageId(),
      addressing: input.addressing,
      withheld: input.withheld,
    })
  }

  /** Messages in the order they came, of one chat (number or group jid) and from a Unix second on when asked. */
  messages(filter: { chat?: string; since?: number } = {}): PhoneMessage[] {
    const chat =
      filter.chat === undefined
        ? undefined
        : isGroupJid(filter.chat)
          ? filter.chat
          : phoneDigits(filter.chat.split('@')[0] ?? '')
    const found: PhoneMessage[] = []
    for (const { view } of this.state.messages.values()) {
      if (chat !== undefined && view.chat !== chat) continue
      if (filter.since !== undefined && view.timestamp < filter.since) continue
      found.push({ ...view })
    }
    return found
  }

  /** The decrypted file of a message. */
  async media(messageId: string): Promise<{ bytes: Buffer; mimetype: string }> {
    return mediaBytes(this.world, this.state, messageId)
  }

  /** Reads messages: their authors get read receipts, and own companions learn that the chat was read. */
  async read(ids: string | string[]): Promise<void> {
    const { world, state } = this
    const chats = new Map<string, { chat: string; author?: string; ids: string[] }>()
    for (const id of Array.isArray(ids) ? ids : [ids]) {
      const stored = state.messages.get(id)
      if (!stored || stored.view.fromMe)
        throw new ControlError(404, 'message_unknown', 'No received message of that id.')
      const group = stored.view.participant !== undefined
      const author = group ? lidJid(world.phones.get(stored.view.from)?.lid ?? '') : undefined
      const key = `${stored.chatJid}|${author}`
      const entry = chats.get(key) ?? { chat: stored.chatJid, author, ids: [] }
      entry.ids.push(id)
      chats.set(key, entry)
    }
    const type = state.privacy.readreceipts === 'none' ? 'read-self' : 'read'
    for (const entry of chats.values()) {
      sendReceipt(world, { phone: state, device: 0 }, { ...entry, type })
      for (const id of entry.ids) advanceStatus(world, state, id, 'read')
    }
  }

  /** Shows the person as online or away. */
  presence(available: boolean): void {
    setAvailable(this.world, this.state, available)
  }

  /** Shows the person typing, recording, or stopping. */
  typing(to: string, typing: 'composing' | 'recording' | 'paused'): void {
    const chat = findChat(this.world, to)
    const jid = isGroup(chat) ? chat.id : to.endsWith('@lid') ? to : pnJid(chat.phone)
    const stanza = typing === 'recording' ? node('composing', { media: 'audio' }) : node(typing)
    sendChatState(this.world, { phone: this.state, device: 0 }, jid, stanza)
  }

  /** Calls somebody, or a group; gives the call id. */
  call(to: string, video = false): { callId: string } {
    const callee = findChat(this.world, to)
    if (isGroup(callee)) return { callId: callGroup(this.world, this.state, callee, video) }
    return { callId: callFromPhone(this.world, this.state, callee, video) }
  }

  /** Calls that this phone made or got. */
  calls(): CallView[] {
    return callsOf(this.world, this.state)
  }

  /** Takes a call that rings. */
  accept(callId: string): void {
    acceptCall(this.world, this.state, callId)
  }

  /** Hangs up a call that it made. */
  hangUp(to: string, callId: string): void {
    const callee = findChat(this.world, to)
    if (!isGroup(callee)) endCall(this.world, this.state, callee, callId)
  }

  /** Installs WhatsApp anew: other keys, no linked companion. */
  async reinstall(): Promise<void> {
    await reinstall(this.world, this.state)
  }

  /** Removes a linked companion, as the person would in the list of linked devices. */
  async unlink(device: number): Promise<void> {
    const found = this.state.devices.get(device)
    if (!found) throw new ControlError(404, 'device_unknown', 'No such linked device.')
    await unlink(this.world, found, true)
  }
}

/** Registers a phone, or gives the one that has the number. `created` tells which. Throws a 400 for anything but a number. */
export function ensurePhone(world: World, number: string, options: PhoneOptions): { phone: Phone; created: boolean } {
  const digits = phoneDigits(number)
  if (digits.length < 5 || digits.length > 15)
    throw new ControlError(400, 'invalid_phone', 'A phone number has 5 to 15 digits.')
  const existing = world.phones.get(digits)
  if (existing) return { phone: existing, created: false }
  const contacts = options.contacts?.map((contact) => ({ ...contact, phone: phoneDigits(contact.phone) }))
  return { phone: createPhone(world, digits, { ...options, contacts }), created: true }
}
