import makeWASocket, {
  type AuthenticationCreds,
  type BaileysEventMap,
  type ConnectionState,
  initAuthCreds,
  makeCacheableSignalKeyStore,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  WA_CERT_DETAILS,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys'
import { silenceSignalConsole } from './console-guard.ts'
import { plainHttpAgent, plainHttpDispatcher } from './plain-http.ts'

type Logger = NonNullable<UserFacingSocketConfig['logger']>

/** What a test client needs to know of a network. */
export interface Target {
  webSocketUrl: string
  rootKey: string
}

/** Credentials and keys of a client, in memory; hand them to a later client to log in again. */
export interface TestAuth {
  creds: AuthenticationCreds
  keys: SignalKeyStore
}

const quiet: Logger = {
  level: 'silent',
  child: () => quiet,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** A key store in memory. */
function memoryKeys(): SignalKeyStore {
  const data = new Map<string, unknown>()
  return {
    async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
      const found: Record<string, SignalDataTypeMap[T]> = {}
      for (const id of ids) {
        const value = data.get(`${type}/${id}`)
        if (value !== undefined) found[id] = value as SignalDataTypeMap[T]
      }
      return found
    },
    async set(changes: SignalDataSet) {
      for (const [type, entries] of Object.entries(changes)) {
        for (const [id, value] of Object.entries(entries ?? {})) {
          if (value === null || value === undefined) data.delete(`${type}/${id}`)
          else data.set(`${type}/${id}`, value)
        }
      }
    },
  }
}

/** Fresh credentials of a client that was never linked. */
function newTestAuth(): TestAuth {
  return { creds: initAuthCreds(), keys: memoryKeys() }
}

/** Waits until the condition gives something, polling. Rejects with the label at the deadline. */
export async function eventually<T>(
  label: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 10_000,
): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${label}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A real client with memory credentials, which notes what it is told. */
export class TestClient {
  readonly auth: TestAuth
  /** Every message that arrived, in order. */
  readonly messages: WAMessage[] = []
  /** How each batch of messages was labelled, in the same order. */
  readonly upsertTypes: string[] = []
  readonly updates: BaileysEventMap['messages.update'] = []
  readonly receipts: BaileysEventMap['message-receipt.update'] = []
  readonly contacts = new Map<string, Record<string, unknown>>()
  readonly calls: BaileysEventMap['call'] = []
  readonly presences: BaileysEventMap['presence.update'][] = []
  readonly groupEvents: { name: string; data: unknown }[] = []
  readonly acks: { id: string; error?: string }[] = []
  /** Close codes of ended connections, latest last. */
  readonly closes: number[] = []
  readonly qrs: string[] = []
  open = false
  /** Told of every chunk of history. */
  history: ((chunk: BaileysEventMap['messaging-history.set']) => void) | undefined
  socket: WASocket
  private readonly target: Target
  private readonly config: Partial<UserFacingSocketConfig>
  private readonly sent = new Map<string, WAMessage>()

  constructor(target: Target, auth: TestAuth = newTestAuth(), config: Partial<UserFacingSocketConfig> = {}) {
    silenceSignalConsole()
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(target.rootKey, 'base64')
    this.target = target
    this.auth = auth
    this.config = config
    this.socket = this.connect()
  }

  /** Opens a new connection with the same credentials. */
  connect(): WASocket {
    const logger = this.config.logger ?? quiet
    const socket = makeWASocket({
      waWebSocketUrl: this.target.webSocketUrl,
      auth: { creds: this.auth.creds, keys: makeCacheableSignalKeyStore(this.auth.keys, logger) },
      logger,
      fetchAgent: plainHttpAgent(),
      options: { dispatcher: plainHttpDispatcher(this.target.webSocketUrl) } as UserFacingSocketConfig['options'],
      getMessage: async (key) => this.sent.get(key.id ?? '')?.message ?? undefined,
      ...this.config,
    })
    this.socket = socket
    this.listen(socket)
    return socket
  }

  private listen(socket: WASocket): void {
    const { ev } = socket
    ev.on('creds.update', (update) => Object.assign(this.auth.creds, update))
    ev.on('connection.update', (update) => this.noteConnection(update))
    ev.on('messages.upsert', ({ messages, type }) => {
      for (const message of messages) {
        this.messages.push(message)
        this.upsertTypes.push(type)
      }
    })
    ev.on('messaging-history.set', (chunk) => this.history?.(chunk))
    ev.on('messages.update', (updates) => this.updates.push(...updates))
    ev.on('message-receipt.update', (updates) => this.receipts.push(...updates))
    ev.on('contacts.upsert', (contacts) => this.noteContacts(contacts))
    ev.on('contacts.update', (contacts) => this.noteContacts(contacts))
    ev.on('call', (calls) => this.calls.push(...calls))
    ev.on('presence.update', (presence) => this.presences.push(presence))
    for (const name of ['groups.upsert', 'groups.update', 'group-participants.update'] as const) {
      ev.on(name, (data) => this.groupEvents.push({ name, data }))
    }
    socket.ws.on('CB:ack,class:message', ({ attrs }: { attrs: { id: string; error?: string } }) => {
      this.acks.push({ id: attrs.id, error: attrs.error })
    })
  }

  private noteContacts(contacts: Partial<{ id: string }>[]): void {
    for (const contact of contacts) {
      if (contact.id) this.contacts.set(contact.id, { ...this.contacts.get(contact.id), ...contact })
    }
  }

  private noteConnection({ connection, lastDisconnect, qr }: Partial<ConnectionState>): void {
    if (qr) this.qrs.push(qr)
    if (connection === 'open') this.open = true
    if (connection !== 'close') return
    this.open = false
    const output = (lastDisconnect?.error as { output?: { statusCode?: number } } | undefined)?.output
    this.closes.push(output?.statusCode ?? 0)
    // The service asks for this once, right after linking; the client leaves it to the application.
    if (output?.statusCode === 515 && this.auth.creds.me) this.connect()
  }

  /** The next QR text. */
  async qr(): Promise<string> {
    return eventually('a QR code', () => this.qrs.at(-1))
  }

  /** Waits for an open connection. */
  async opened(): Promise<this> {
    await eventually('an open connection', () => this.open)
    return this
  }

  /** Sends and keeps the message, so that a retry can be answered. Resolves with the message id. */
  async send(...args: Parameters<WASocket['sendMessage']>): Promise<string> {
    const message = await this.socket.sendMessage(...args)
    const id = message?.key.id ?? ''
    if (message) this.sent.set(id, message)
    return id
  }

  /** Waits for a message whose text is this, however it is wrapped. */
  async text(text: string): Promise<WAMessage> {
    return eventually(`the message ${text}`, () =>
      this.messages.find(
        ({ message }) => message?.conversation === text || message?.extendedTextMessage?.text === text,
      ),
    )
  }

  /** Highest status that was reported for a message, in updates or with the message itself. */
  status(id: string): number {
    const updated = this.updates.filter(({ key }) => key.id === id).map(({ update }) => Number(update.status ?? 0))
    const own = this.messages.filter(({ key }) => key.id === id).map(({ status }) => Number(status ?? 0))
    return Math.max(0, ...updated, ...own)
  }

  /** Ends the connection without logging out. */
  close(): void {
    this.socket.end(undefined)
  }
}
