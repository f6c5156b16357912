import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { type Delivery, endpointName } from './model.ts'

/**
 * Deliveries of one conversation (or of one device's own events) to one endpoint keep their order and wait for each other;
 * all others pass them by. So do those that were raised after the endpoint got another address: they need not wait until the
 * first one that the old address did not take is tried again, which may be an hour. History, which is much at once, is a line of
 * its own: nothing that happens now waits behind it.
 */
export const groupOf = ({ endpoint, event, address }: Delivery): string => {
  const line = event.type === 'history.received' ? 'history' : undefined
  return [endpoint.tenantId, endpointName(endpoint), event.conversationId ?? event.deviceId ?? '', line, address]
    .filter((part) => part !== undefined)
    .join('.')
}

const BATCH = 10

/**
 * Puts deliveries on the queue in their order. An event goes to an endpoint once within the queue's five minutes of memory,
 * however often it is fanned out; `again` names a repetition that is meant. Throws when any of them was not taken.
 */
export const sendDeliveries = async (
  sqs: SQSClient,
  queueUrl: string,
  deliveries: Delivery[],
  again?: string,
): Promise<void> => {
  for (let start = 0; start < deliveries.length; start += BATCH) {
    const batch = deliveries.slice(start, start + BATCH)
    const { Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map((delivery, at) => ({
          Id: String(at),
          MessageBody: JSON.stringify(delivery),
          MessageGroupId: groupOf(delivery),
          MessageDeduplicationId: [delivery.event.id, endpointName(delivery.endpoint), again].filter(Boolean).join('.'),
        })),
      }),
    )
    if (Failed && Failed.length > 0) throw new Error(`${Failed.length} deliveries were not queued: ${Failed[0]?.Code}`)
  }
}
