import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AppError } from '../errors.ts'
import { validate } from './validate.ts'

const body = z.object({
  seconds: z.union([z.literal(86_400), z.literal(604_800)]).optional(),
  names: z.union([z.array(z.string()), z.string()]).optional(),
  type: z.union([z.literal(''), z.string().regex(/\//, 'must be a MIME type')]).optional(),
  id: z.union([z.number(), z.string().regex(/^\d+$/, 'must be a number')]).optional(),
  deep: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]).optional(),
  needed: z.union([z.string(), z.number()]),
})

const said = (value: object): Record<string, string> => {
  try {
    validate({ body }, { params: {}, query: {}, headers: {}, body: value })
    return {}
  } catch (error) {
    return Object.fromEntries(((error as AppError).details ?? []).map(({ path, message }) => [path, message]))
  }
}

test('a value that may be one of several is refused with what it may be', () => {
  expect(said({ needed: 1, seconds: 5, names: 5, type: 'x', id: '2x', deep: 5 })).toEqual({
    seconds: 'must be 86400 or 604800',
    names: 'must be array or string',
    type: 'must be a MIME type',
    id: 'must be a number',
    deep: 'must be object',
  })
  expect(said({})).toEqual({ needed: 'is required' })
  expect(said({ needed: 1, seconds: 86_400, names: ['a'], id: 2, type: '' })).toEqual({})
})

test('a body that is no object is refused by its name', () => {
  expect(said([])).toEqual({ body: 'must be an object' })
})

test('where empty is absent, a field that may be left out may be null, empty or 0, one that is needed may not', () => {
  const schema = z.object({
    chat: z.string().min(1, 'must not be empty'),
    sender: z.string().min(1).optional(),
    count: z.number().int().default(50),
    past: z.number().positive().optional(),
    deep: z.object({ id: z.string().min(1).optional() }).optional(),
    list: z.array(z.string().min(1)).optional(),
  })
  const read = (value: unknown, emptyIsAbsent = true): unknown => {
    try {
      return validate({ body: schema }, { params: {}, query: {}, headers: {}, body: value }, { emptyIsAbsent }).body
    } catch (error) {
      return ((error as AppError).details ?? []).map(({ path }) => path)
    }
  }
  expect(read({ chat: 'a', past: 0 })).toEqual({ chat: 'a', count: 50 })
  expect(read({ chat: 'a', past: 0 }, false)).toEqual(['past'])
  const body = { chat: 'a', sender: '', count: null, deep: { id: '' }, list: null }
  expect(read(body)).toEqual({ chat: 'a', count: 50, deep: {} })
  expect(body).toEqual({ chat: 'a', sender: '', count: null, deep: { id: '' }, list: null })
  expect(read(body, false)).toEqual(['sender', 'count', 'deep.id', 'list'])
  expect(read({ chat: '', sender: '' })).toEqual(['chat'])
  expect(read({ chat: 'a', list: [''] })).toEqual(['list.0'])
  expect(read({ chat: 'a', count: 'x', sender: '' })).toEqual(['count'])
  expect(read(null)).toEqual(['body'])
})

test('an empty field that is needed keeps its own words', () => {
  const schema = z.object({ chat: z.string().min(1, 'must not be empty'), sender: z.string().min(1).optional() })
  const parts = { params: {}, query: {}, headers: {}, body: { chat: '', sender: '' } }
  const details = [{ path: 'chat', message: 'must not be empty' }]
  expect(() => validate({ body: schema }, parts, { emptyIsAbsent: true })).toThrow(expect.objectContaining({ details }))
})
