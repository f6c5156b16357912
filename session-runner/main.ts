import { makeCounters } from '#data/counters.ts'
import { makeTable } from '#data/table.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { dynamodbClient, kmsClient, s3Client, sqsClient } from '#kit/aws.ts'
import { systemClock } from '#kit/clock.ts'
import { decryptAtRest } from '#kit/crypto.ts'
import { newId } from '#kit/ids.ts'
import { commandQueueUrls, resource } from '#kit/resources.ts'
import { kmsKeyService } from './auth/device-key.ts'
import { parseConfig } from './config.ts'
import { silenceConsole } from './connection/client-log.ts'
import { makeLog } from './log.ts'
import { makeRunner, type Runner } from './runner.ts'

/** ECS kills a task two minutes after it asked it to stop; we end before. */
const HARD_STOP_MS = 115_000

const queueUrls = commandQueueUrls()
const config = parseConfig(process.env, queueUrls.length)
const task = newId('task')
const log = makeLog(process.env.LOG_LEVEL ?? 'INFO', task, (line) => process.stdout.write(line))

/** Drains and ends; whatever hangs is cut off in time. */
const stop = (runner: Runner, why: string): void => {
  log.info('stopping', { why })
  setTimeout(() => process.exit(1), HARD_STOP_MS).unref()
  runner.drain().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error('drain failed', { error: String(error) })
      process.exit(1)
    },
  )
}

/** A stack that started us ends us with itself: by IPC or by standard input, whichever it gave us. */
const watchParent = (runner: Runner): void => {
  if (process.channel) process.on('disconnect', () => stop(runner, 'the parent is gone'))
  process.stdin.on('end', () => stop(runner, 'the parent is gone'))
  process.stdin.on('error', () => stop(runner, 'the parent is gone'))
  process.stdin.resume()
}

silenceConsole()
// This Node version finds out by a throw inside whether a key is a key object, at every HMAC and cipher; without stack
// traces that costs a third (measured: 12 instead of 4 microseconds, some forty times a message).
if (process.env.LOG_LEVEL !== 'DEBUG') Error.stackTraceLimit = 0

const dynamodb = dynamodbClient()
const sqs = sqsClient()
const main = makeTable(dynamodb, resource('MAIN_TABLE'))
// A promise of one session that nobody waits for must not take the others down.
process.on('unhandledRejection', (reason) => {
  log.error('unhandled rejection', {
    error: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
  })
})

const runner = makeRunner({
  task,
  config,
  environment: process.env.ENVIRONMENT ?? 'local',
  clock: systemClock,
  log,
  main,
  session: makeTable(dynamodb, resource('SESSION_TABLE')),
  dynamodb,
  sqs,
  s3: s3Client(),
  queueUrls,
  mediaBucket: resource('MEDIA_BUCKET'),
  keys: kmsKeyService(kmsClient(), resource('AUTH_KEY_ARN')),
  openSecret: decryptAtRest,
  threads: makeThreads(makeCounters(main)),
})

process.on('uncaughtException', (error) => {
  log.error('uncaught exception', { error: error.stack ?? error.message })
  runner.fail()
  process.exit(1)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(runner, signal))
if (config.watchParent) watchParent(runner)
await runner.start()
log.info('runner started', { healthPort: runner.healthPort(), shards: config.shardCount })
