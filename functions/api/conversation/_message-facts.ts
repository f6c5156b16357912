import { z } from 'zod'
import type { Message, Reaction } from '#domains/messages/model.ts'

/** Who reacted or voted. */
const person = z.object({ me: z.boolean(), phone: z.string(), name: z.string() })

/** What a message of a special kind says. */
export const messageFacts = {
  reactions: z.array(z.object({ emoji: z.string(), by: person, timestamp: z.string() })),
  poll: z
    .object({
      question: z.string(),
      selectable: z.number().int().describe('Options that may be chosen; 0: any number'),
      options: z.array(z.object({ name: z.string(), votes: z.number().int(), voters: z.array(person) })),
    })
    .nullable(),
  location: z
    .object({ latitude: z.number(), longitude: z.number(), name: z.string(), address: z.string(), live: z.boolean() })
    .nullable(),
  contacts: z.array(z.object({ name: z.string(), phones: z.array(z.string()) })).nullable(),
  payload: z.record(z.string(), z.unknown()).nullable().describe('Facts of other kinds: orders, events, buttons …'),
}

type Facts = z.input<z.ZodObject<typeof messageFacts>>

const personOf = ({ me, phone, name }: Reaction['by']): z.input<typeof person> => ({
  me: me === true,
  phone: phone ? `+${phone}` : '',
  name: name ?? '',
})

const pollPayload = z.object({
  name: z.string(),
  options: z.array(z.string()),
  selectable: z.number().default(0),
})

const pollOf = ({ payload, answers = [] }: Message): Facts['poll'] => {
  const poll = pollPayload.safeParse(payload).data
  if (!poll) return null
  const options = poll.options.map((name) => {
    const voters = answers.filter((answer) => answer.options?.includes(name)).map(({ by }) => personOf(by))
    return { name, votes: voters.length, voters }
  })
  return { question: poll.name, selectable: poll.selectable, options }
}

const locationPayload = z.object({
  latitude: z.number(),
  longitude: z.number(),
  name: z.string().default(''),
  address: z.string().default(''),
  live: z.boolean().default(false),
})

const contactsPayload = z.object({
  contacts: z.array(z.object({ name: z.string().default(''), vcard: z.string().default('') })),
})

/** The phone numbers of a business card: `TEL` lines, whatever their parameters. */
const phonesIn = (vcard: string): string[] =>
  [...vcard.matchAll(/^(?:[\w-]+\.)?TEL[^:\n]*:(.+)$/gim)].map(([, number = '']) => number.trim())

const contactsOf = ({ payload }: Message): Facts['contacts'] =>
  contactsPayload.safeParse(payload).data?.contacts.map(({ name, vcard }) => ({ name, phones: phonesIn(vcard) })) ??
  null

/** What a stored message of a special kind says; each part is null for other kinds. */
export const factsOf = (message: Message): Facts => ({
  reactions: (message.reactions ?? []).map(({ emoji, by, at }) => ({ emoji, by: personOf(by), timestamp: at })),
  poll: message.kind === 'poll' ? pollOf(message) : null,
  location: message.kind === 'location' ? (locationPayload.safeParse(message.payload).data ?? null) : null,
  contacts: message.kind === 'contacts' ? contactsOf(message) : null,
  payload: message.payload ?? null,
})
