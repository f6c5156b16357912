import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DIGIGO_NAMES } from '#domains/deliveries/names.ts'
import { EVENT_NAMES } from '#domains/devices/event-names.ts'
import { EVENTS } from '#domains/events.ts'
import { renderEventsDoc } from '#kit/events-doc.ts'
import { eventSamples } from './event-samples.ts'

const intro = readFileSync(new URL('./events-doc-intro.md', import.meta.url), 'utf8')

test('the catalogue of events describes every event as it is declared', async () => {
  const definitions = [...EVENTS.values()]
  const events = eventSamples().map((example) => {
    const definition = definitions.find(({ type }) => type === example.type)
    if (!definition) throw new Error(`no event ${example.type}`)
    return { definition, example }
  })
  const page = renderEventsDoc({ events, digigoNames: DIGIGO_NAMES }, intro)
  await expect(page).toMatchFileSnapshot('../../docs/events.md')
})

test('every name a DIGIGO client can subscribe to stands for an event that exists', () => {
  const names: readonly string[] = EVENT_NAMES
  expect(Object.values(DIGIGO_NAMES).filter((name) => !names.includes(name))).toEqual([])
  expect(Object.keys(DIGIGO_NAMES).filter((type) => !EVENTS.has(type))).toEqual([])
})

test('no event shows a secret of the item it is made from', () => {
  // One event is named after a password: what counts is what events carry.
  expect(JSON.stringify(eventSamples().map(({ data }) => data))).not.toMatch(/cipher|hash|password|secret|webhookUrl/i)
})
