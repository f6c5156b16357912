import { expect, test } from 'vitest'
import { rememberingNone } from './lid-lookup.ts'

const ANN = '15550001111@s.whatsapp.net'
const BEN = '15550002222@s.whatsapp.net'
const pair = { pn: BEN, lid: '900@lid' }

/** A look-up that notes what it was asked, with a clock of its own. */
const lookup = (answer: (numbers: string[]) => Promise<(typeof pair)[]>, deadlineMs?: number) => {
  const asked: string[][] = []
  const clock = { ms: 0 }
  const ask = rememberingNone(
    async (numbers) => {
      asked.push(numbers)
      return answer(numbers)
    },
    () => clock.ms,
    deadlineMs,
  )
  return { ask, asked, clock }
}

test('a number without a LID is not asked for again for five minutes; one with a LID is', async () => {
  const { ask, asked, clock } = lookup(async (numbers) => (numbers.includes(BEN) ? [pair] : []))
  expect(await ask([ANN, BEN])).toEqual([pair])
  expect(await ask([ANN])).toBeUndefined()
  expect(await ask([ANN, BEN])).toEqual([pair])
  clock.ms = 300_000
  await ask([ANN])
  expect(asked).toEqual([[ANN, BEN], [BEN], [ANN]])
})

test('where WhatsApp refuses or says nothing, the number has none for half a minute', async () => {
  const refused = lookup(() => Promise.reject(new Error('refused')))
  expect(await refused.ask([ANN])).toBeUndefined()
  await refused.ask([ANN])
  refused.clock.ms = 30_000
  await refused.ask([ANN])
  expect(refused.asked).toHaveLength(2)
  const silent = lookup(() => new Promise(() => undefined), 10)
  expect(await silent.ask([ANN])).toBeUndefined()
})
