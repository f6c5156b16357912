import { expect, test } from 'vitest'
import { historyReceived } from '#domains/history/events.ts'
import { toEventRecord } from '#kit/define-event.ts'
import type { DeviceFacts } from '../model.ts'
import { renderPayload } from './render.ts'

const device: DeviceFacts = { id: '0123456789abcdef0123456789abcdef', number: 7, name: 'Shop' }

const message = {
  messageId: '3EB0AA',
  direction: 'out',
  kind: 'text',
  status: 'read',
  chat: '15552223333@s.whatsapp.net',
  phone: '15552223333',
  isGroup: false,
  text: 'hi',
  source: 'phone',
  timestamp: '2026-06-21T08:15:00.000Z',
}

const eventOf = (facts: Record<string, unknown>) =>
  toEventRecord(
    historyReceived,
    { type: 'history.received', id: 'evt_1', at: '2026-06-21T08:16:00.000Z', facts },
    { tenantId: 'org_1', deviceId: device.id },
  )

const part = {
  kind: 'full',
  chunk: 2,
  part: 3,
  isLast: false,
  progress: 40,
  requestId: 'A1B2',
  conversations: [
    {
      chat: message.chat,
      name: 'Ann',
      conversationId: 12,
      messages: [
        message,
        { ...message, messageId: '3EB0BB', direction: 'in', status: 'received', senderName: 'Ann', source: 'contact' },
      ],
    },
  ],
}

test("a part of the history is a HistorySync with whatsmeow's fields, and names the request as the document says", async () => {
  const body = await renderPayload('digigo', eventOf(part), { device, publicUrl: 'https://gw.example' })
  const { remoteJID, at } = { remoteJID: message.chat, at: Date.parse(message.timestamp) / 1000 }
  expect(JSON.parse(body ?? '')).toEqual({
    type: 'HistorySync',
    eventId: 'evt_1',
    userID: device.id,
    instanceName: 'Shop',
    event: {
      Data: {
        syncType: 'FULL',
        chunkOrder: 2,
        progress: 40,
        conversations: [
          {
            ID: message.chat,
            name: 'Ann',
            conversationId: 12,
            messages: [
              {
                message: {
                  key: { remoteJID, fromMe: true, ID: '3EB0AA' },
                  message: { conversation: 'hi' },
                  messageTimestamp: at,
                  status: 'READ',
                },
              },
              {
                message: {
                  key: { remoteJID, fromMe: false, ID: '3EB0BB' },
                  message: { conversation: 'hi' },
                  messageTimestamp: at,
                  pushName: 'Ann',
                },
              },
            ],
          },
        ],
      },
      Part: 3,
      IsLast: false,
      fullHistorySyncOnDemandRequestMetadata: { requestID: 'A1B2', request_id: 'A1B2' },
    },
  })
})

test('what nobody asked for names no request, and a Manager or CEOX webhook gets no history', async () => {
  const { requestId: _, ...unasked } = part
  const facts = { device, publicUrl: 'https://gw.example' }
  const body = await renderPayload('digigo', eventOf({ ...unasked, kind: 'recent' }), facts)
  expect(JSON.parse(body ?? '').event).not.toHaveProperty('fullHistorySyncOnDemandRequestMetadata')
  expect(await renderPayload('manager', eventOf(part), facts)).toBeUndefined()
  expect(await renderPayload('ceox', eventOf(part), facts)).toBeUndefined()
})
