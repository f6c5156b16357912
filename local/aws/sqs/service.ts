import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessKey } from '../s3/signature.ts'
import { checkAuthorization } from '../s3/signature.ts'
import { actions, toSqsError } from './actions.ts'
import { noJournal, openJournal } from './journal.ts'
import { Queues } from './queues.ts'
import { SqsError } from './sqs-error.ts'

/** SQS as a handler of HTTP requests. */
export type SqsService = {
  /** Whether a request is for SQS. */
  takes(req: IncomingMessage): boolean
  handle(req: IncomingMessage, res: ServerResponse): void
  close(): void
}

const TARGET = 'AmazonSQS.'

/**
 * Opens the queues, stored in an SQLite file or in memory. An own engine rather than the emulator beside it, which
 * hands out one message of a FIFO group per receive, forgets deduplication at a restart, mixes deduplication ids of
 * different groups, and loses a stored message whose visibility timeout is set to zero.
 */
export function openSqs(options: {
  file?: string | undefined
  key: AccessKey
  region: string
  accountId: string
}): SqsService {
  const journal = options.file ? openJournal(options.file) : noJournal
  const queues = new Queues(journal, `arn:aws:sqs:${options.region}:${options.accountId}:`)
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<unknown> => {
    const name = String(req.headers['x-amz-target']).slice(TARGET.length)
    const input = JSON.parse((await bodyOf(req)) || '{}') as Record<string, unknown>
    const action = actions[name]
    if (!action) throw new SqsError('UnsupportedOperation', `sqs:${name} has no local counterpart.`)
    if (checkAuthorization(req.headers.authorization, options.key)) {
      throw new SqsError('InvalidClientTokenId', 'The security token included in the request is invalid.')
    }
    const urlOf = ({ name }: { name: string }) => `http://${req.headers.host}/${options.accountId}/${name}`
    const result = await action(input, { queues, urlOf, onGone: (run) => res.once('close', run) })
    await journal.committed()
    return result ?? {}
  }
  return {
    takes: (req) => req.method === 'POST' && String(req.headers['x-amz-target'] ?? '').startsWith(TARGET),
    handle(req, res) {
      answer(req, res).then(
        (result) => sendJson(res, 200, result),
        (error: unknown) => sendError(res, error),
      )
    },
    close: () => queues.close(),
  }
}

/** Collects a body; the stream consumers of Node cost several times as much for bodies this small. */
function bodyOf(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.once('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8')))
    req.once('error', reject)
  })
}

function sendJson(res: ServerResponse, status: number, body: unknown) {
  const payload = JSON.stringify(body)
  const length = Buffer.byteLength(payload)
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() }
  res.writeHead(status, { ...headers, 'content-length': length }).end(payload)
}

function sendError(res: ServerResponse, error: unknown) {
  try {
    const known = toSqsError(error)
    res.setHeader('x-amzn-query-error', `${known.code};Sender`)
    sendJson(res, 400, { __type: `com.amazonaws.sqs#${known.shape}`, message: known.message })
  } catch (unexpected) {
    const message = unexpected instanceof Error ? unexpected.message : String(unexpected)
    sendJson(res, 500, { __type: 'com.amazonaws.sqs#InternalError', message })
  }
}
