import type { IqAnswer, IqRequest, IqTable } from './iq.ts'
import { MexError, newsletterQueries } from './iq-newsletter.ts'
import { node, textOf } from './nodes.ts'

interface MexVariables {
  newsletter_id?: string
}

/** Answers by query id: the path in the data and what stands there. These newsletter queries have no effect. */
const QUERIES: Record<string, (variables: MexVariables) => [string, unknown]> = {
  '7130823597031706': () => ['xwa2_newsletter_admin', { admin_count: 1 }],
  '7341777602580933': ({ newsletter_id: id }) => ['xwa2_newsletter_change_owner', { id }],
  '6551828931592903': ({ newsletter_id: id }) => ['xwa2_newsletter_demote', { id }],
  '30062808666639665': ({ newsletter_id: id }) => ['xwa2_newsletter_delete_v2', { id }],
  '9783111038412085': () => ['xwa2_newsletter_subscribers', { subscribers: 1 }],
  '23983697327930364': () => ['xwa2_fetch_account_reachout_timelock', { is_active: false }],
  '24503548349331633': () => ['xwa2_message_capping_info', { total_quota: 0, used_quota: 0, capping_status: 'NONE' }],
}

function answerTo(request: IqRequest): [string, unknown] | undefined {
  const { child } = request
  const variables = (JSON.parse(textOf(child) || '{}') as { variables?: MexVariables }).variables ?? {}
  const id = child?.attrs.query_id ?? ''
  return newsletterQueries[id]?.(request, variables) ?? QUERIES[id]?.(variables)
}

function bodyFor(request: IqRequest): unknown {
  try {
    const answer = answerTo(request)
    if (answer) return { data: { [answer[0]]: answer[1] } }
    return { errors: [{ message: 'unknown query', extensions: { error_code: 404 } }] }
  } catch (error) {
    if (!(error instanceof MexError)) throw error
    return { errors: [{ message: error.message, extensions: { error_code: error.code } }] }
  }
}

function query(request: IqRequest): IqAnswer {
  return [node('result', {}, Buffer.from(JSON.stringify(bodyFor(request))))]
}

/** Requests in the service's GraphQL envelope. */
export const mexRequests: IqTable = { 'w:mex get query': query }
