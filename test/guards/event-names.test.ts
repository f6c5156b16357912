import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { DeviceFacts } from '#domains/deliveries/model.ts'
import { DIGIGO_NAMES } from '#domains/deliveries/names.ts'
import { digigoPayload } from '#domains/deliveries/payloads/digigo.ts'
import { EVENT_NAMES } from '#domains/devices/event-names.ts'
import { EVENTS } from '#domains/events.ts'
import { eventSamples } from './event-samples.ts'

const root = new URL('../../', import.meta.url)
const record = readFileSync(new URL('docs/decisions/0019-events-that-nothing-sends.md', root), 'utf8')

/** Names that the decision record gives a reason for. */
const unsent = [...(record.split('Three names')[0] ?? '').matchAll(/^- `(\w+)`: \S/gm)].map(([, name]) => name ?? '')
const documented: readonly string[] = EVENT_NAMES.filter((name) => name !== 'All')

const sources = ['shared', 'session-runner', 'functions'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('events.ts'))
    .map((file) => readFileSync(new URL(`${folder}/${file}`, root), 'utf8')),
)

/** The names under which the definitions of events are exported, by type. */
const exported = async (): Promise<Map<string, string>> => {
  const names = new Map<string, string>()
  for (const folder of readdirSync(new URL('shared/domains', root), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue
    const files = readdirSync(new URL(`shared/domains/${folder.name}`, root))
    if (!files.includes('events.ts')) continue
    const module = (await import(`../../shared/domains/${folder.name}/events.ts`)) as Record<string, { type?: string }>
    for (const [name, { type }] of Object.entries(module)) if (type) names.set(type, name)
  }
  return names
}

test('each documented name is that of an event here, or the decision record says why nothing can send it', () => {
  expect(documented).toHaveLength(46)
  const sent = new Set(Object.values(DIGIGO_NAMES))
  expect(documented.filter((name) => !sent.has(name) && !unsent.includes(name))).toEqual([])
  expect(unsent.filter((name) => sent.has(name) || !documented.includes(name))).toEqual([])
})

test('each event with a documented name is raised somewhere', async () => {
  const names = await exported()
  const silent = Object.keys(DIGIGO_NAMES).filter((type) => {
    const name = names.get(type)
    return !name || !sources.some((text) => new RegExp(`\\b${name}\\b`).test(text))
  })
  expect(silent).toEqual([])
})

const device: DeviceFacts = { id: 'd1', number: 1, name: 'Shop', jid: '15550001111:3@s.whatsapp.net', lid: '900:3@lid' }

test.each(eventSamples().filter(({ type }) => type in DIGIGO_NAMES))(
  'the payload of $type has its name, and tells something',
  async (event) => {
    const payload = await digigoPayload(event, device, { publicUrl: 'https://gw.example' })
    expect(payload).toMatchObject({ type: DIGIGO_NAMES[event.type], userID: 'd1', event: expect.anything() })
    expect(EVENTS.has(event.type)).toBe(true)
  },
)

test('who a signal is about is named by phone number and LID', async () => {
  for (const event of eventSamples()) {
    if (!(event.type in DIGIGO_NAMES) || typeof event.data.phone !== 'string') continue
    const payload = await digigoPayload(event, device, { publicUrl: 'https://gw.example' })
    const text = JSON.stringify(payload)
    expect(text, event.type).toContain(event.data.phone)
    expect(text, event.type).toContain(String(event.data.lid))
  }
})
