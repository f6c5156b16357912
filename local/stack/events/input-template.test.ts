import { describe, expect, it } from 'vitest'
import { fillTemplate } from './input-template.ts'
import { textOrPath, valueAt } from './json-path.ts'

const event = { detail: { name: 'Ann "A"', items: [{ id: 7 }], 'odd key': true } }
const fill = (template: string) => fillTemplate(template, (name) => valueAt(name, event))

describe('input templates', () => {
  it.each([
    ['{"n":<$.detail.name>}', { n: 'Ann "A"' }],
    ['{"n":"by <$.detail.name>"}', { n: 'by Ann "A"' }],
    ['{"i":<$.detail.items[0].id>,"all":<$.detail.items>}', { i: 7, all: [{ id: 7 }] }],
    ['{"t":"<$.detail.items>"}', { t: '[{"id":7}]' }],
    ['{"gone":<$.detail.missing>,"less":"a < b"}', { gone: '', less: 'a < b' }],
    ['{"odd":<$.detail[\'odd key\']>}', { odd: true }],
  ])('%s', (template, expected) => {
    expect(JSON.parse(fill(template))).toEqual(expected)
  })

  it('read paths as text, and leave literals alone', () => {
    expect(textOrPath('$.detail.items[0].id', event)).toBe('7')
    expect(textOrPath('plain', event)).toBe('plain')
    expect(valueAt('$', event)).toBe(event)
  })
})
