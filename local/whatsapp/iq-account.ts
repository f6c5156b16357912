import { unixSeconds } from './events.ts'
import type { IqAnswer, IqRequest, IqTable } from './iq.ts'
import { lidJid, parseJid } from './jid.ts'
import { logOutDevice } from './logout.ts'
import { childrenNamed, node } from './nodes.ts'
import { deliver } from './queue.ts'
import { accountOf, stanzaId } from './world.ts'

const MEDIA_AUTH_TTL_SECONDS = 3600
const DAY_SECONDS = 86_400

/**
 * Privacy tokens go on to the companions of the contact, who attach them to later messages. The client sends one with
 * every message, because it loses its note of having done so; the contact is told once a day.
 */
function privacyTokens({ world, phone, child }: IqRequest): IqAnswer {
  for (const { attrs } of childrenNamed(child, 'token')) {
    const other = accountOf(world, parseJid(attrs.jid ?? '').user)
    const t = Number(attrs.t ?? 0)
    if (!other || other === phone || t - (phone.tokensSent.get(other.lid) ?? 0) < DAY_SECONDS) continue
    phone.tokensSent.set(other.lid, t)
    const token = node('token', { jid: lidJid(other.lid), type: 'trusted_contact', t: attrs.t }, Buffer.from(phone.lid))
    for (const device of other.devices.values()) {
      const from = `${phone.phone}@s.whatsapp.net`
      const head = { from, sender_lid: lidJid(phone.lid), type: 'privacy_token', id: stanzaId(world), t: unixSeconds() }
      deliver(world, device, node('notification', head, [node('tokens', {}, [token])]))
    }
  }
  return [node('tokens')]
}

function mediaConnection({ world }: IqRequest): IqAnswer {
  const host = node('host', { hostname: world.mediaHost(), maxContentLengthBytes: 2_000_000_000 })
  return [node('media_conn', { auth: 'sandbox', ttl: MEDIA_AUTH_TTL_SECONDS }, [host])]
}

function removeCompanion({ world, phone, child }: IqRequest): IqAnswer {
  const { user, device } = parseJid(child?.attrs.jid ?? '')
  if (accountOf(world, user) === phone) logOutDevice(world, phone, device)
  return undefined
}

const empty = (): IqAnswer => undefined

/** Requests about the account itself and those that the sandbox only has to answer. */
export const accountRequests: IqTable = {
  'w:p get ping': empty,
  'w:p get *': empty,
  'abt get props': () => [
    node('props', { hash: 'sandbox', refresh: 86_400 }, [
      node('prop', { config_code: 10518, config_value: 'true' }),
      node('prop', { config_code: 9666, config_value: 'true' }),
      node('prop', { config_code: 14303, config_value: 'false' }),
    ]),
  ],
  'privacy set tokens': privacyTokens,
  'w:m set media_conn': mediaConnection,
  'md set remove-companion-device': removeCompanion,
  'urn:xmpp:whatsapp:dirty set *': empty,
  'w:stats set *': empty,
  'w:stats  *': empty,
}
