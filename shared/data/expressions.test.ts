import { describe, expect, test } from 'vitest'
import { conditionParts, updateParts } from './expressions.ts'

describe('an update', () => {
  test('clears the outbox when it raises nothing, so that no old event leaves again', () => {
    expect(updateParts({ set: { name: 'a' } }).text).toBe('SET #name = :u_name REMOVE #ev')
  })

  test('writes its events with the change', () => {
    const parts = updateParts({ set: { name: 'a' }, events: [{ type: 't', id: 'evt_1', at: 'now' }] })
    expect(parts.text).toBe('SET #name = :u_name, #ev = :u_ev')
    expect(JSON.parse(String(parts.values?.[':u_ev']))).toEqual([{ type: 't', id: 'evt_1', at: 'now' }])
  })

  test('keeps what is there when asked to, counts, and leaves undefined values alone', () => {
    const parts = updateParts({ set: { gone: undefined }, setIfAbsent: { first: 1 }, add: { n: 2 }, remove: ['old'] })
    expect(parts.text).toBe('SET #first = if_not_exists(#first, :u_first) ADD #n :u_n REMOVE #old, #ev')
    expect(parts.values).toEqual({ ':u_first': 1, ':u_n': 2 })
  })

  test('keeps the values of its condition apart from those it sets', () => {
    const parts = updateParts({ set: { rank: 2 }, condition: { text: '#rank < :rank', values: { rank: 1 } } })
    expect(parts.values).toEqual({ ':rank': 1, ':u_rank': 2 })
    expect(parts.condition).toBe('#rank < :rank')
  })
})

test('a condition names exactly the attributes it mentions', () => {
  expect(conditionParts({ text: 'attribute_exists(#pk) AND #epoch <= :epoch', values: { epoch: 3 } })).toEqual({
    text: 'attribute_exists(#pk) AND #epoch <= :epoch',
    names: { '#pk': 'pk', '#epoch': 'epoch' },
    values: { ':epoch': 3 },
  })
})
