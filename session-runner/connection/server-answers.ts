import type { BinaryNode } from '@whiskeysockets/baileys'
import type { AuthState } from '../auth/auth-state.ts'
import type { LiveSocket } from './socket.ts'

/** What servers may say that the client has no answer to, or takes too literally. */
export const mendServerTalk = (live: LiveSocket, state: Pick<AuthState, 'creds'>): void => {
  // Before the client, which would forget the LID that came with the link where the login names none.
  live.ws.prependListener('CB:success', ({ attrs }: BinaryNode) => {
    const lid = state.creds.me?.lid
    if (!attrs.lid && lid) attrs.lid = lid
  })
  live.ws.on('CB:iq,type:get', ({ attrs: { id, xmlns, from } }: BinaryNode) => {
    if (!id || (xmlns !== 'urn:xmpp:ping' && xmlns !== 'w:p')) return
    const to = from ?? '@s.whatsapp.net'
    void live.sendNode({ tag: 'iq', attrs: { to, type: 'result', id } }).catch(() => undefined)
  })
}
