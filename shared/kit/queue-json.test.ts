import { expect, test } from 'vitest'
import { queueJson } from './queue-json.ts'

test('says the same as JSON, in characters that a queue takes', () => {
  const value = { text: 'a 👍🏽 ❤️ \uFFFF \uD83D \u0000 ü', list: [1, null] }
  const text = queueJson(value)
  expect(JSON.parse(text)).toEqual(value)
  expect(text).toMatch(/^[\x20-\uD7FF\uE000-\uFFFD]*$/)
})
