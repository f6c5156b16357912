import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Context } from '#kit/context.ts'

const BATCH = 10
/** Not longer, because who gives commands back waits for the poll under way, which would take them right again. */
const LONG_POLL_SECONDS = 5
const DELETE_AFTER_MS = 5

/** Seconds a command that was received is hidden from others; short, so that a dead task's commands come back about when its lease ends. */
export const VISIBLE_AGAIN_SECONDS = 15

/** The calls to one command queue. Deletions are batched; what fails is logged, since the queue delivers again. */
export const makeQueueCalls = (options: { ctx: Context; sqs: SQSClient; queueUrl: string }) => {
  const { ctx, sqs, queueUrl } = options
  let deletions: string[] = []
  let deleting: NodeJS.Timeout | undefined
  let deletionsOpen = Promise.resolve()

  const entries = (handles: string[]) => handles.map((handle, at) => ({ Id: String(at), ReceiptHandle: handle }))

  const flush = (): void => {
    clearTimeout(deleting)
    deleting = undefined
    const handles = deletions
    deletions = []
    for (let at = 0; at < handles.length; at += BATCH) {
      const work = sqs
        .send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries(handles.slice(at, at + BATCH)) }))
        .catch((error: unknown) => ctx.log.warn('commands not deleted: they come again', { error: String(error) }))
      deletionsOpen = Promise.all([deletionsOpen, work]).then(() => undefined)
    }
  }

  return {
    /** Up to ten commands; waits some seconds for the first one. Rejects when it is aborted. */
    receive: async (abortSignal: AbortSignal): Promise<Message[]> => {
      const answer = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: LONG_POLL_SECONDS,
          VisibilityTimeout: VISIBLE_AGAIN_SECONDS,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'MessageGroupId'],
        }),
        { abortSignal },
      )
      return answer.Messages ?? []
    },

    /**
     * Deletes a command soon, together with others. Until then it holds back the next one of its group: `alone`, there is nothing to
     * share a call with.
     */
    remove: (handle: string, alone: boolean): void => {
      deletions.push(handle)
      if (deletions.length >= BATCH) flush()
      else deleting ??= setTimeout(flush, alone ? 0 : DELETE_AFTER_MS)
    },

    /** Sets after how many seconds commands may be received again. */
    setVisibility: async (handles: string[], seconds: number): Promise<void> => {
      for (let at = 0; at < handles.length; at += BATCH) {
        const batch = entries(handles.slice(at, at + BATCH)).map((entry) => ({ ...entry, VisibilityTimeout: seconds }))
        await sqs
          .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: batch }))
          .catch((error: unknown) => ctx.log.warn('visibility not changed', { error: String(error) }))
      }
    },

    /** Sends the deletions that are left and waits for all of them. */
    settled: async (): Promise<void> => {
      flush()
      await deletionsOpen
    },
  }
}
