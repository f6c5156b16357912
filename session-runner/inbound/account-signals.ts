import { type BinaryNode, getBinaryNodeChild, getBinaryNodeChildren } from '@whiskeysockets/baileys'
import { blocklistChanged, blocklistUpdated, pictureChanged, privacyChanged } from '#domains/signals/events.ts'
import type { Signal } from '#domains/signals/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { bareJid } from './stanza-facts.ts'

/** A person who was blocked, or is not blocked any more. */
export type BlockChange = { jid: string; phone?: string; lid?: string; action: 'block' | 'unblock' }

/** Signals of changes of the block list; `facts` are what WhatsApp says of the list as a whole. */
export const blockSignals = (
  changes: readonly BlockChange[],
  facts: { action: string; mark?: string; previousMark?: string } = { action: '' },
): Signal[] => {
  const updated = { event: blocklistUpdated, facts: { ...facts, changes } }
  return changes.length > 0 ? [{ event: blocklistChanged, facts: { changes } }, updated] : [updated]
}

const readBlocklist = (list: BinaryNode): Signal[] => {
  const changes = getBinaryNodeChildren(list, 'item').map(
    ({ attrs }): BlockChange => ({
      jid: bareJid(attrs.jid ?? ''),
      action: attrs.action === 'block' ? 'block' : 'unblock',
    }),
  )
  const { action = '', dhash: mark, prev_dhash: previousMark } = list.attrs
  return blockSignals(changes, { action, mark, previousMark })
}

const readPrivacy = (privacy: BinaryNode): Signal[] => {
  const categories = getBinaryNodeChildren(privacy, 'category')
  const settings = Object.fromEntries(
    categories.flatMap(({ attrs: { name, value } }) => (name && value ? [[name, value]] : [])),
  )
  return Object.keys(settings).length > 0 ? [{ event: privacyChanged, facts: { settings } }] : []
}

const ownPictureChanged = ({ attrs: { from = '', t } }: BinaryNode): Signal => {
  const at = t && isoTime(Number(t) * 1000)
  return { event: pictureChanged, facts: { jid: bareJid(from), removed: false, at } }
}

/**
 * Signals of an `account_sync` notification: what the account changed on another device. Forms after whatsmeow's
 * `notification.go`: `blocklist` with `item` (without one the whole list is to be asked for), `privacy` with `category`, and
 * `picture`, of which nothing is said but that it is another one.
 */
export const readAccountSync = (node: BinaryNode): Signal[] => {
  const list = getBinaryNodeChild(node, 'blocklist')
  const privacy = getBinaryNodeChild(node, 'privacy')
  const picture = getBinaryNodeChild(node, 'picture')
  return [
    ...(list ? readBlocklist(list) : []),
    ...(privacy ? readPrivacy(privacy) : []),
    ...(picture ? [ownPictureChanged(node)] : []),
  ]
}
