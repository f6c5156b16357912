import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Buckets, startBuckets } from './s3/buckets.ts'
import type { AccessKey } from './s3/signature.ts'
import { openSqs } from './sqs/service.ts'

/** How to start queues and buckets. */
export type QueuesAndBucketsOptions = {
  /** Where messages and objects are kept; absent means in memory. */
  dir?: string | undefined
  /** Absent means any free port. */
  port?: number | undefined
  accessKey: AccessKey
  accountId: string
  region: string
}

/** Running queues and buckets: one address for both. */
export type QueuesAndBuckets = {
  endpoint: string
  port: number
  setCors: Buckets['setCors']
  close(): Promise<void>
}

/** Starts SQS and S3 on one port of the loopback interface. */
export async function startQueuesAndBuckets(options: QueuesAndBucketsOptions): Promise<QueuesAndBuckets> {
  const buckets = await startBuckets({
    dir: options.dir && join(options.dir, 'buckets'),
    key: options.accessKey,
    region: options.region,
  })
  const { accessKey: key, region, accountId } = options
  const sqs = openSqs({ file: options.dir && join(options.dir, 'queues.sqlite'), key, region, accountId })
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) =>
    sqs.takes(req) ? sqs.handle(req, res) : buckets.handle(req, res),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    setCors: buckets.setCors,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      sqs.close()
      await buckets.close()
    },
  }
}
