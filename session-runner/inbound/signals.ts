import { type BinaryNode, getBinaryNodeChild } from '@whiskeysockets/baileys'
import {
  aboutChanged,
  callAccepted,
  callAnnounced,
  callEnded,
  callLatency,
  callOffered,
  chatPresenceChanged,
  identityChanged,
  linkRefused,
  offlineAnnounced,
  offlineDelivered,
  pictureChanged,
  presenceChanged,
  streamFailed,
} from '#domains/signals/events.ts'
import type { Signal } from '#domains/signals/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { readAccountSync } from './account-signals.ts'
import { bareJid } from './stanza-facts.ts'

/** A signal whose `jid` is as WhatsApp gave it: the person's other address is not known yet. */
export type RawSignal = Signal

const count = (value: string | undefined): number => Number(value ?? 0) || 0

const timeOf = (seconds: string | undefined): string | undefined =>
  seconds ? isoTime(Number(seconds) * 1000) : undefined

const childrenOf = (node: BinaryNode): BinaryNode[] => (Array.isArray(node.content) ? node.content : [])

const textOf = ({ content }: BinaryNode): string =>
  content instanceof Uint8Array ? Buffer.from(content).toString() : typeof content === 'string' ? content : ''

/**
 * Signals of a `notification`: photo, about text, keys, blocklist. Forms after whatsmeow's `notification.go`: `picture` with
 * `set`/`delete`, `status` with `set`, `encrypt` with `identity`, `account_sync`.
 */
export const readNotification = (node: BinaryNode): RawSignal[] => {
  const from = bareJid(node.attrs.from ?? '')
  const at = timeOf(node.attrs.t)
  switch (node.attrs.type) {
    case 'picture':
      return childrenOf(node).flatMap((child): RawSignal[] => {
        if (child.tag !== 'set' && child.tag !== 'delete') return []
        const jid = bareJid(child.attrs.jid ?? from)
        const author = child.attrs.author && bareJid(child.attrs.author)
        const removed = child.tag === 'delete'
        return [{ event: pictureChanged, facts: { jid, author, removed, pictureId: child.attrs.id, at } }]
      })
    case 'status': {
      const set = getBinaryNodeChild(node, 'set')
      return set ? [{ event: aboutChanged, facts: { jid: from, about: textOf(set), at } }] : []
    }
    case 'encrypt':
      return getBinaryNodeChild(node, 'identity') ? [{ event: identityChanged, facts: { jid: from, at } }] : []
    case 'account_sync':
      return readAccountSync(node)
    default:
      return []
  }
}

const CALLS: Record<string, Signal['event']> = {
  offer: callOffered,
  offer_notice: callAnnounced,
  accept: callAccepted,
  terminate: callEnded,
  reject: callEnded,
  relaylatency: callLatency,
}

/** Signals of a `call` stanza (whatsmeow's `call.go`): what happens to a call, and to which one. */
export const readCall = (node: BinaryNode): RawSignal[] =>
  childrenOf(node).flatMap((child): RawSignal[] => {
    const event = CALLS[child.tag]
    const callId = child.attrs['call-id']
    if (!event || !callId) return []
    const by = child.attrs['call-creator'] ?? node.attrs.from ?? ''
    const facts = {
      jid: bareJid(by),
      callId,
      group: child.attrs['group-jid'],
      at: timeOf(node.attrs.t) ?? isoTime(0),
      platform: node.attrs.platform,
      platformVersion: node.attrs.version,
    }
    const video = getBinaryNodeChild(child, 'video') !== undefined || child.attrs.media === 'video'
    if (event === callOffered) return [{ event, facts: { ...facts, video } }]
    if (event === callAnnounced) return [{ event, facts: { ...facts, video, kind: child.attrs.type ?? '' } }]
    if (event === callEnded) {
      return [{ event, facts: { ...facts, reason: child.attrs.reason ?? (child.tag === 'reject' ? 'rejected' : '') } }]
    }
    const latency = child.attrs.latency && Number(child.attrs.latency)
    return [{ event, facts: event === callLatency ? { ...facts, latencyMs: latency || undefined } : facts }]
  })

/** The signal of a `presence` stanza: a person is there or not. */
export const readPresence = ({ attrs }: BinaryNode): RawSignal[] => {
  const jid = attrs.from && bareJid(attrs.from)
  if (!jid || jid.endsWith('@g.us')) return []
  const lastSeenAt = /^\d+$/.test(attrs.last ?? '') ? timeOf(attrs.last) : undefined
  return [{ event: presenceChanged, facts: { jid, available: attrs.type !== 'unavailable', lastSeenAt } }]
}

/** The signal of a `chatstate` stanza: somebody writes or records in a chat. */
export const readChatState = (node: BinaryNode): RawSignal[] => {
  const [child] = childrenOf(node)
  const chat = node.attrs.from && bareJid(node.attrs.from)
  if (!child || !chat || (child.tag !== 'composing' && child.tag !== 'paused')) return []
  const isGroup = chat.endsWith('@g.us')
  const jid = isGroup ? bareJid(node.attrs.participant ?? '') : chat
  const media = child.attrs.media === 'audio' ? 'audio' : 'text'
  return [{ event: chatPresenceChanged, facts: { jid, chat, isGroup, state: child.tag, media } }]
}

/**
 * Signals of an `ib` stanza: what waited while the device was away, that it has all come, and that the phone which scanned the code
 * cannot link it (`downgrade_webclient`, as whatsmeow and Baileys know it).
 */
export const readOffline = (node: BinaryNode): RawSignal[] =>
  childrenOf(node).flatMap((child): RawSignal[] => {
    const { attrs } = child
    if (child.tag === 'offline') return [{ event: offlineDelivered, facts: { count: count(attrs.count) } }]
    if (child.tag === 'downgrade_webclient') return [{ event: linkRefused, facts: {} }]
    if (child.tag !== 'offline_preview') return []
    const facts = {
      total: count(attrs.count),
      messages: count(attrs.message),
      receipts: count(attrs.receipt),
      notifications: count(attrs.notification),
      appData: count(attrs.appdata),
    }
    return [{ event: offlineAnnounced, facts }]
  })

/** Conflicts that are announced as what they are: another connection took over, or the device was unlinked. */
const CONFLICTS = new Set(['replaced', 'device_removed'])

/** The signal of a `stream:error`. */
export const readStreamError = (node: BinaryNode): RawSignal[] => {
  const conflict = getBinaryNodeChild(node, 'conflict')?.attrs.type
  const code = count(node.attrs.code)
  // 515 asks a client that was just linked to connect again; nothing went wrong.
  return code === 515 || CONFLICTS.has(conflict ?? '') ? [] : [{ event: streamFailed, facts: { code } }]
}
