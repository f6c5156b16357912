import { describe, expect, it } from 'vitest'
import { compileAnyPattern, compilePattern } from './pattern.ts'

const event = {
  source: 'switchboard',
  'detail-type': 'message.received',
  resources: ['arn:a', 'arn:b'],
  detail: {
    tenant: 'acme',
    size: 12,
    ip: '10.1.2.3',
    media: null,
    empty: '',
    file: 'photo.JPG',
    parts: [{ kind: 'text' }, { kind: 'image', width: 300 }],
  },
}

const matches = (pattern: unknown) => compilePattern(pattern)(event)

describe('event patterns', () => {
  it.each<[string, unknown, boolean]>([
    ['equal values', { source: ['switchboard'] }, true],
    ['one of several values', { source: ['other', 'switchboard'] }, true],
    ['all fields', { source: ['switchboard'], 'detail-type': ['message.sent'] }, false],
    ['an element of a list', { resources: ['arn:b'] }, true],
    ['objects inside a list', { detail: { parts: { kind: ['image'] } } }, true],
    ['numbers are not strings', { detail: { size: ['12'] } }, false],
    ['null', { detail: { media: [null] } }, true],
    ['empty text', { detail: { empty: [''] } }, true],
    ['prefix', { detail: { tenant: [{ prefix: 'ac' }] } }, true],
    ['prefix ignoring case', { detail: { tenant: [{ prefix: { 'equals-ignore-case': 'AC' } }] } }, true],
    ['suffix', { detail: { file: [{ suffix: '.jpg' }] } }, false],
    ['suffix ignoring case', { detail: { file: [{ suffix: { 'equals-ignore-case': '.jpg' } }] } }, true],
    ['equals-ignore-case', { detail: { tenant: [{ 'equals-ignore-case': 'ACME' }] } }, true],
    ['wildcard', { 'detail-type': [{ wildcard: 'message.*ed' }] }, true],
    ['wildcard that does not reach the end', { 'detail-type': [{ wildcard: 'message.rec' }] }, false],
    ['wildcard dots are literal', { 'detail-type': [{ wildcard: 'message_*' }] }, false],
    ['numeric range', { detail: { size: [{ numeric: ['>', 10, '<=', 12] }] } }, true],
    ['numeric range missed', { detail: { size: [{ numeric: ['>', 12] }] } }, false],
    ['anything-but', { source: [{ 'anything-but': ['other'] }] }, true],
    ['anything-but the value', { source: [{ 'anything-but': 'switchboard' }] }, false],
    ['anything-but needs the field', { missing: [{ 'anything-but': 'x' }] }, false],
    ['anything-but a prefix', { source: [{ 'anything-but': { prefix: 'switch' } }] }, false],
    ['anything-but several suffixes', { source: [{ 'anything-but': { suffix: ['a', 'b'] } }] }, true],
    ['exists', { detail: { tenant: [{ exists: true }] } }, true],
    ['exists false', { detail: { device: [{ exists: false }] } }, true],
    ['exists false for a present field', { detail: { tenant: [{ exists: false }] } }, false],
    ['exists false or a value', { detail: { device: [{ exists: false }, 'd1'] } }, true],
    ['exists false below a missing parent', { detail: { nothing: { deep: [{ exists: false }] } } }, true],
    ['cidr', { detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, true],
    ['cidr missed', { detail: { ip: [{ cidr: '192.168.0.0/16' }] } }, false],
    ['$or', { $or: [{ source: ['x'] }, { detail: { tenant: ['acme'] } }] }, true],
    ['$or missed', { source: ['switchboard'], $or: [{ source: ['x'] }, { detail: { tenant: ['y'] } }] }, false],
    ['$or inside detail', { detail: { $or: [{ size: [1] }, { tenant: ['acme'] }] } }, true],
  ])('match %s as EventBridge does', (_name, pattern, expected) => {
    expect(matches(pattern)).toBe(expected)
  })

  it('refuses operators that do not exist', () => {
    expect(() => compilePattern({ source: [{ contains: 'x' }] })).toThrow('operator contains')
    expect(() => compilePattern({ source: 'x' })).toThrow('where a list or an object belongs')
  })

  it('matches everything without patterns', () => {
    expect(compileAnyPattern([])({})).toBe(true)
  })
})
