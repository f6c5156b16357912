import { existsSync } from 'node:fs'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, RuntimeError, ToWorker, WorkerSetup } from './protocol.ts'
import { awslambda, isStreaming, ResponseStream, type StreamingHandler } from './streaming.ts'
import { redirectOutput } from './worker-logs.ts'

/** The thread a Lambda function runs in: loads the bundle once, then answers invocations until it is ended. */

type Handler = StreamingHandler | ((event: unknown, context: unknown) => unknown)

const setup = workerData as WorkerSetup
const port = parentPort as MessagePort
/** Streams under way, each with what to call once its reader has taken the last chunk. */
const streams = new Map<number, { response: ResponseStream; taken?: () => void }>()

let flushLogs = () => {}

function send(message: FromWorker): void {
  // The thread may be ended as soon as its answer is there.
  if (message.kind === 'result' || message.kind === 'error') flushLogs()
  port.postMessage(message)
}

function describeError(error: unknown): RuntimeError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
}

async function loadHandler(): Promise<Handler> {
  const dot = setup.handler.lastIndexOf('.')
  const base = path.join(setup.directory, setup.handler.slice(0, dot))
  const file = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find(existsSync)
  if (file === undefined) throw new Error(`Cannot find module '${setup.handler.slice(0, dot)}' in the bundle`)
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown> & { default?: unknown }
  const name = setup.handler.slice(dot + 1)
  const handler = module[name] ?? (module.default as Record<string, unknown> | undefined)?.[name]
  if (typeof handler !== 'function') throw new Error(`${setup.handler} is undefined or not exported`)
  return handler as Handler
}

function contextOf(message: Extract<ToWorker, { kind: 'invoke' }>): Record<string, unknown> {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - Date.now()),
  }
}

async function invoke(handler: Handler, message: Extract<ToWorker, { kind: 'invoke' }>): Promise<void> {
  const { id } = message
  try {
    const event: unknown = JSON.parse(message.event)
    if (isStreaming(handler)) {
      await stream(handler, id, event, contextOf(message))
    } else {
      const result = await (handler as (event: unknown, context: unknown) => unknown)(event, contextOf(message))
      send({ kind: 'result', id, result: JSON.stringify(result) })
    }
  } catch (error) {
    console.error(JSON.stringify({ level: 'ERROR', requestId: message.requestId, ...describeError(error) }))
    send({ kind: 'error', id, error: describeError(error) })
  } finally {
    streams.delete(id)
  }
}

async function stream(handler: StreamingHandler, id: number, event: unknown, context: unknown): Promise<void> {
  const response = new ResponseStream({
    head: (head) => send({ kind: 'head', id, head }),
    chunk: (chunk) => {
      // Without bytes there is nothing to wait for: it only sends the head.
      if (chunk.length === 0) return undefined
      send({ kind: 'chunk', id, chunk: new Uint8Array(chunk) })
      return new Promise((resolve) => {
        streams.set(id, { response, taken: resolve })
      })
    },
    end: () => send({ kind: 'end', id }),
  })
  streams.set(id, { response })
  try {
    await handler(event, response, context)
  } catch (error) {
    // That nobody reads any more is no failure of the handler's.
    if (!response.destroyed || (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
  if (!response.writableEnded && !response.destroyed) response.end()
  // As in Lambda, the invocation lasts until the last byte is taken.
  await finished(response).catch(() => {})
  send({ kind: 'result', id, result: undefined })
}

async function main(): Promise<void> {
  flushLogs = redirectOutput(setup)
  Object.assign(globalThis, { awslambda })
  for (const module of setup.preload) await import(module)
  const handler = await loadHandler()
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'invoke') void invoke(handler, message)
    else if (message.kind === 'taken') streams.get(message.id)?.taken?.()
    else streams.get(message.id)?.response.destroy()
  })
  send({ kind: 'ready' })
}

main().catch((error: unknown) => {
  console.error(JSON.stringify({ level: 'ERROR', phase: 'init', ...describeError(error) }))
  send({ kind: 'initError', error: describeError(error) })
})
