import type { z } from 'zod'
import type { EventRecord } from '#kit/define-event.ts'
import type { messageReceived } from '../../messages/events.ts'

/** What every message event says. */
export type MessageFacts = z.output<(typeof messageReceived)['data']>

/** The data of a message event; the bus carries only what its definition made. */
export const messageFactsOf = (event: EventRecord): MessageFacts => event.data as unknown as MessageFacts

/** Both addresses of the person a message event is about, as JIDs, as far as known. */
export const addressesOf = (facts: MessageFacts): { pn?: string; lid?: string } => ({
  pn: facts.phone && `${facts.phone}@s.whatsapp.net`,
  lid: facts.lid && `${facts.lid}@lid`,
})
