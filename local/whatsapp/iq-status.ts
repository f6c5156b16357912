import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { pnJid } from './jid.ts'
import { node } from './nodes.ts'

/** Who sees the status posts of the account; one that never said so has no setting. */
function audience({ phone }: IqRequest): IqAnswer {
  const { statusAudience } = phone
  if (!statusAudience) throw new IqError(404, 'item-not-found')
  const { type, phones } = statusAudience
  const users = phones.map((number) => node('user', { jid: pnJid(number) }))
  return [node('privacy', {}, [node('list', { type, default: 'true' }, users)])]
}

/** Requests about status posts. */
export const statusRequests: IqTable = { 'status get privacy': audience }
