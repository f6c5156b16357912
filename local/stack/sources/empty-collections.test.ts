import { expect, test } from 'vitest'
import { restoreEmptyCollections } from './empty-collections.ts'

test('an empty map gets its type back, however deep it lies, and nothing else changes', () => {
  const image = {
    name: { S: 'a' },
    settings: { M: { proxy: {}, list: { L: [{}, { N: '1' }] } } },
    bytes: { B: 'AA==' },
  }
  expect(restoreEmptyCollections(image)).toEqual({
    name: { S: 'a' },
    settings: { M: { proxy: { M: {} }, list: { L: [{ M: {} }, { N: '1' }] } } },
    bytes: { B: 'AA==' },
  })
})
