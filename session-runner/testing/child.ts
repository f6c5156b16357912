import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import { makeCounters } from '#data/counters.ts'
import { makeTable } from '#data/table.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { undiciHttpHandler, withoutExtras } from '#kit/aws-http.ts'
import { systemClock } from '#kit/clock.ts'
import { newId } from '#kit/ids.ts'
import { parseConfig } from '../config.ts'
import { silenceConsole } from '../connection/client-log.ts'
import { makeLog } from '../log.ts'
import { makeRunner } from '../runner.ts'
import { testKeyService } from './test-keys.ts'

/** A runner in a process of its own, over the emulators of a test, so that a test can kill it. Started by `world.ts`. */
const settings = z
  .object({
    dynamodb: z.string(),
    aws: z.string(),
    main: z.string(),
    session: z.string(),
    queueUrls: z.array(z.string()),
    bucket: z.string(),
    master: z.string(),
    env: z.record(z.string(), z.string()),
    log: z.string().optional(),
  })
  .parse(JSON.parse(process.env.RUNNER_CHILD ?? '{}'))

const common = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
const requestHandler = undiciHttpHandler() as unknown as DynamoDBClientConfig['requestHandler']
const dynamodb = withoutExtras(new DynamoDBClient({ ...common, endpoint: settings.dynamodb, requestHandler }))
const main = makeTable(dynamodb, settings.main)
const task = newId('task')
silenceConsole()
if (!settings.log) Error.stackTraceLimit = 0
const log = makeLog(settings.log ?? 'ERROR', task, (line) => process.stderr.write(line))
process.on('unhandledRejection', (reason) => log.error('unhandled rejection', { error: String(reason) }))

const runner = makeRunner({
  task,
  config: parseConfig(settings.env, settings.queueUrls.length),
  environment: 'test',
  clock: systemClock,
  log,
  main,
  session: makeTable(dynamodb, settings.session),
  dynamodb,
  sqs: withoutExtras(new SQSClient({ ...common, endpoint: settings.aws, md5: false, requestHandler })),
  s3: new S3Client({ ...common, endpoint: settings.aws, forcePathStyle: true }),
  queueUrls: settings.queueUrls,
  mediaBucket: settings.bucket,
  keys: testKeyService(Buffer.from(settings.master, 'hex')),
  openSecret: async (sealed) => sealed,
  threads: makeThreads(makeCounters(main)),
})
process.on('SIGTERM', () => void runner.drain().then(() => process.exit(0)))
// The parent may be gone before us.
process.on('disconnect', () => process.exit(0))
process.on('message', (message) => {
  if (message === 'usage') {
    process.send?.({ usage: process.cpuUsage(), rss: process.memoryUsage.rss(), facts: runner.facts() })
  }
})
await runner.start()
process.send?.({ ready: true })
