import { randomBytes } from 'node:crypto'
import { Alarms } from './alarms.ts'
import { checkAttributes, type QueueAttributes, type QueueSettings, readSettings } from './attributes.ts'
import { Deduplication, deduplicationKey } from './deduplication.ts'
import { Groups } from './groups.ts'
import type { Journal, StoredQueue } from './journal.ts'
import { type Message, type NewMessage, newMessage } from './message.ts'
import { invalidParameter, messageNotInFlight, SqsError } from './sqs-error.ts'
import { type Receive, Waiters } from './waiters.ts'

/** What a queue needs from its surroundings. */
export type QueueContext = {
  arn: string
  journal: Journal
  /** The queue with this ARN, for messages received too often. */
  findByArn(arn: string): Queue | undefined
}

/** One queue. Times are milliseconds since 1970; nothing here waits for the journal, its callers do. */
export class Queue {
  readonly name: string
  readonly arn: string
  readonly createdAt: number
  attributes: QueueAttributes
  settings: QueueSettings
  readonly #context: QueueContext
  readonly #messages = new Map<string, Message>()
  /** Messages in flight, each until its visibility timeout ends. */
  readonly #inFlight = new Alarms()
  readonly #deduplication: Deduplication
  readonly #groups = new Groups(
    (message) => (this.settings.fifo ? (message.groupId ?? '') : message.id),
    () => this.#waiters.serveSoon(),
  )
  readonly #waiters = new Waiters(
    (receive) => this.#take(receive),
    () => this.#groups.hasReady,
  )
  #lastSequence = 0

  constructor(stored: StoredQueue, context: QueueContext) {
    this.name = stored.name
    this.arn = context.arn
    this.createdAt = stored.createdAt
    this.attributes = stored.attributes
    this.settings = readSettings(stored.attributes)
    this.#context = context
    this.#deduplication = new Deduplication(stored.sent)
    for (const message of stored.messages) this.#restore(message)
  }

  setAttributes(given: QueueAttributes) {
    checkAttributes(given)
    if (given.FifoQueue !== undefined && given.FifoQueue !== (this.attributes.FifoQueue ?? 'false')) {
      throw new SqsError('InvalidAttributeValue', 'FifoQueue cannot be changed after the queue was made.')
    }
    this.attributes = { ...this.attributes, ...given }
    if (given.RedrivePolicy === '') delete this.attributes.RedrivePolicy
    this.settings = readSettings(this.attributes)
    this.#context.journal.saveQueue(this.name, this.attributes, this.createdAt)
  }

  /** Takes a message, or gives the earlier one it repeats. */
  send(given: NewMessage): Pick<Message, 'id' | 'sequence'> {
    const now = Date.now()
    const key = this.settings.fifo ? deduplicationKey(this.settings, given) : undefined
    const duplicate = key && this.#deduplication.find(key.key, now)
    if (duplicate) return { id: duplicate.messageId, sequence: duplicate.sequence }
    const delayMs = given.delayS === undefined ? this.settings.delayMs : given.delayS * 1000
    const times = { sentAt: now, visibleAt: now + delayMs }
    const message = newMessage(given, { ...times, sequence: this.#nextSequence(now), deduplicationId: key?.id })
    if (key) {
      const sent = { key: key.key, messageId: message.id, sequence: message.sequence, at: now }
      this.#deduplication.add(sent)
      this.#context.journal.remember(this.name, sent)
    }
    this.#accept(message)
    return message
  }

  /**
   * Gives up to `most` messages, waiting up to `waitS` seconds for the first. A caller that goes away ends its wait: a
   * message must not be handed to nobody.
   */
  receive(receive: Receive, waitS: number, onGone: (run: () => void) => void): Promise<Message[]> {
    const now = this.#take(receive)
    return now.length > 0 || waitS === 0 ? Promise.resolve(now) : this.#waiters.wait(receive, waitS, onGone)
  }

  /** Deletes a message by the handle of its latest receive; an unknown handle is passed over, as SQS does. */
  delete(receipt: string) {
    const message = this.#messages.get(idOf(receipt))
    if (!message || message.receipt !== receipt) return
    const inFlight = this.#inFlight.has(message.id)
    if (!inFlight && this.settings.fifo) {
      throw invalidParameter('Value for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.')
    }
    this.#inFlight.delete(message.id)
    this.#messages.delete(message.id)
    this.#context.journal.remove(message.id)
    this.#groups.remove(message, inFlight)
  }

  changeVisibility(receipt: string, visibilityS: number) {
    const message = this.#messages.get(idOf(receipt))
    if (!message || message.receipt !== receipt || !this.#inFlight.has(message.id)) {
      throw messageNotInFlight()
    }
    message.visibleAt = Date.now() + visibilityS * 1000
    this.#context.journal.update(message)
    if (visibilityS === 0) this.#release(message)
    else this.#releaseAt(message)
  }

  purge() {
    for (const collection of [this.#inFlight, this.#messages, this.#groups]) collection.clear()
    this.#context.journal.purge(this.name)
  }

  /** Ends all waits and timers. */
  close() {
    this.#inFlight.clear()
    this.#waiters.close()
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const waiting = [...this.#messages.values()].filter(({ receipt }) => receipt === undefined)
    const delayed = waiting.filter(({ visibleAt }) => visibleAt > Date.now()).length
    const { inFlight } = this.#groups
    return { visible: this.#messages.size - inFlight - delayed, inFlight, delayed }
  }

  /** Puts a message from another queue here, as its dead letter. */
  acceptDeadLetter(message: Message, deadLetterSource: string) {
    const reset = { receives: 0, firstReceivedAt: undefined, receipt: undefined, visibleAt: Date.now() }
    this.#accept({ ...message, ...reset, sequence: this.#nextSequence(Date.now()), deadLetterSource })
  }

  #accept(message: Message) {
    this.#context.journal.insert(this.name, message)
    this.#messages.set(message.id, message)
    this.#groups.add(message)
  }

  #restore(message: Message) {
    this.#messages.set(message.id, message)
    this.#lastSequence = Math.max(this.#lastSequence, message.sequence)
    const inFlight = message.receipt !== undefined && message.visibleAt > Date.now()
    if (inFlight) this.#releaseAt(message)
    this.#groups.add(message, inFlight)
  }

  #take({ most, visibilityS }: Receive): Message[] {
    const now = Date.now()
    return this.#groups.take(most, now, (message) => {
      if (this.#discard(message, now)) return false
      message.receives++
      message.firstReceivedAt ??= now
      message.receipt = `${message.id}#${randomBytes(9).toString('base64url')}`
      message.visibleAt = now + (visibilityS ?? this.settings.visibilityS) * 1000
      this.#context.journal.update(message)
      this.#releaseAt(message)
      return true
    })
  }

  /** Drops a message that is too old, or moves one that was received too often to the dead letter queue. */
  #discard(message: Message, now: number): boolean {
    const { retentionMs, redrive } = this.settings
    const expired = message.sentAt + retentionMs < now
    const target = redrive && message.receives >= redrive.maxReceives ? this.#context.findByArn(redrive.arn) : undefined
    if (!expired && !target) return false
    this.#messages.delete(message.id)
    this.#context.journal.remove(message.id)
    if (!expired) target?.acceptDeadLetter(message, this.arn)
    return true
  }

  /** Brings a message in flight back when its visibility timeout ends. */
  #releaseAt(message: Message) {
    this.#inFlight.set(message.id, message.visibleAt - Date.now(), () => this.#release(message))
  }

  #release(message: Message) {
    this.#inFlight.delete(message.id)
    this.#groups.putBack(message)
  }

  /** Follows the clock, so that numbers rise across restarts without being stored for themselves. */
  #nextSequence(now: number): number {
    this.#lastSequence = Math.max(this.#lastSequence + 1, now * 1000)
    return this.#lastSequence
  }
}

const idOf = (receipt: string) => receipt.slice(0, receipt.indexOf('#'))
