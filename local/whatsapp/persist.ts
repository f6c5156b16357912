import { encodeBinaryNode } from '@whiskeysockets/baileys'
import type { Device } from './companion.ts'
import type { KeyPair } from './crypto.ts'
import type { Group, Phone } from './model.ts'
import type { World } from './world.ts'

const b64 = (data: Uint8Array): string => Buffer.from(data).toString('base64')

/** JSON form of a key pair. */
export function storedPair(pair: KeyPair): { private: string; public: string } {
  return { private: b64(pair.private), public: b64(pair.public) }
}

function phoneRecord(phone: Phone): unknown {
  const { keys, appStateKey } = phone
  return {
    phone: phone.phone,
    lid: phone.lid,
    name: phone.name,
    online: phone.online,
    autoRead: phone.autoRead,
    about: phone.about,
    aboutAt: phone.aboutAt,
    disappearing: phone.disappearing,
    createdAt: phone.createdAt,
    keys: {
      identity: storedPair(keys.identity),
      registrationId: keys.registrationId,
      signedPreKey: {
        id: keys.signedPreKey.id,
        pair: storedPair(keys.signedPreKey.pair),
        signature: b64(keys.signedPreKey.signature),
      },
    },
    advKeyIndex: phone.advKeyIndex,
    nextDevice: phone.nextDevice,
    contacts: [...phone.contacts.values()],
    blocked: [...phone.blocked],
    privacy: phone.privacy,
    business: phone.business,
    contactCode: phone.contactCode,
    statusAudience: phone.statusAudience,
    pictureId: phone.pictureId,
    picture: phone.picture && b64(phone.picture),
    appStateKey: { id: b64(appStateKey.id), data: b64(appStateKey.data), at: appStateKey.at },
    lastSeen: phone.lastSeen,
  }
}

/** Keeps the facts of a phone; sessions, devices and messages have entries of their own. */
export function persistPhone(world: World, phone: Phone): void {
  world.journal.mark(`phone/${phone.phone}`, () => phoneRecord(phone))
}

/** Keeps a companion without its prekeys, or removes it when it was unlinked. */
export function persistDevice(world: World, phone: Phone, device: Device): void {
  world.journal.mark(`device/${phone.phone}/${device.id}`, () => {
    if (phone.devices.get(device.id) !== device) return undefined
    return {
      id: device.id,
      phone: device.phone,
      noisePublic: b64(device.noisePublic),
      identityPublic: b64(device.identityPublic),
      registrationId: device.registrationId,
      signedPreKey: {
        id: device.signedPreKey.id,
        value: b64(device.signedPreKey.value),
        signature: b64(device.signedPreKey.signature),
      },
      preKeysTaken: device.preKeysTaken,
      platform: device.platform,
      linkedAt: device.linkedAt,
      synced: device.synced,
      lastSeen: device.lastSeen,
    }
  })
}

/** Keeps the uploaded prekeys, apart because they are 28 KB and change seldom. */
export function persistPreKeys(world: World, phone: Phone, device: Device): void {
  world.journal.mark(`prekeys/${phone.phone}/${device.id}`, () =>
    phone.devices.get(device.id) === device ? b64(device.preKeys) : undefined,
  )
  persistDevice(world, phone, device)
}

/** Keeps one Signal session of a phone. */
export function persistSession(world: World, phone: Phone, address: string): void {
  world.journal.mark(`session/${phone.phone}/${address}`, () => phone.signal.serialize(address))
}

/** Keeps a message that a phone sent or received. `key` is its key in the phone's list. */
export function persistMessage(world: World, phone: Phone, key: string): void {
  world.journal.mark(`message/${phone.phone}/${key}`, () => {
    const stored = phone.messages.get(key)
    return stored && { view: stored.view, proto: b64(stored.proto), chatJid: stored.chatJid, retries: stored.retries }
  })
}

/** Keeps what waits for a phone that is switched off. */
export function persistInbox(world: World, phone: Phone): void {
  world.journal.mark(`inbox/${phone.phone}`, () =>
    phone.inbox.length === 0 ? undefined : phone.inbox.map((stanza) => b64(encodeBinaryNode(stanza))),
  )
}

/** Keeps a group. */
export function persistGroup(world: World, group: Group): void {
  world.journal.mark(`group/${group.id}`, () => {
    const present = world.groups.get(group.id)
    return (
      present && {
        ...present,
        members: [...present.members.values()],
        requests: [...present.requests],
        picture: present.picture && b64(present.picture),
      }
    )
  })
}

/** Keeps the sender keys of one group as a phone holds them: its own and those of the other members' devices. */
export function persistSenderKeys(world: World, phone: Phone, groupId: string): void {
  world.journal.mark(`senderkeys/${phone.phone}/${groupId}`, () => {
    const own = phone.ownSenderKeys.get(groupId)
    const prefix = `${groupId}|`
    return {
      own: own && { ...own, chainKey: b64(own.chainKey), signing: storedPair(own.signing) },
      theirs: [...phone.senderKeys]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, states]) => ({
          key,
          states: states.map((state) => ({
            ...state,
            chainKey: b64(state.chainKey),
            signingPublic: b64(state.signingPublic),
            skipped: [...state.skipped].map(([at, messageKey]) => [at, b64(messageKey)]),
          })),
        })),
    }
  })
}

/** Keeps one app-state collection of an account. */
export function persistCollection(world: World, phone: Phone, name: string): void {
  world.journal.mark(`appstate/${phone.phone}/${name}`, () => {
    const collection = phone.collections.get(name)
    return (
      collection && {
        version: collection.version,
        patches: collection.patches.map(b64),
        hash: b64(collection.hash),
        indexValueMap: Object.entries(collection.indexValueMap).map(([key, { valueMac }]) => [key, b64(valueMac)]),
      }
    )
  })
}

/** Keeps the chat list of a phone and its labels. */
export function persistChats(world: World, phone: Phone): void {
  world.journal.mark(`chats/${phone.phone}`, () => ({
    chats: [...phone.chats.values()],
    labels: [...phone.labels.values()],
  }))
}
