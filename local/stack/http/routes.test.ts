import { describe, expect, it } from 'vitest'
import { compileRoutes } from './routes.ts'

const keys = [
  '$default',
  'ANY /{proxy+}',
  'GET /pets/{proxy+}',
  'GET /pets/dog/{id}',
  'GET /pets/dog/1',
  'ANY /pets/dog/1',
  'POST /users/{id}/photo',
  'ANY /users/{proxy+}',
  'ANY /users',
]
const match = compileRoutes(keys.map((key) => ({ key, target: key })))

describe('HTTP API routes', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['POST', '/pets/dog/1', 'ANY /pets/dog/1', undefined],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/pets/cat/1', 'ANY /{proxy+}', { proxy: 'pets/cat/1' }],
    ['POST', '/users/a%20b/photo', 'POST /users/{id}/photo', { id: 'a b' }],
    ['GET', '/users/7/photo', 'ANY /users/{proxy+}', { proxy: '7/photo' }],
    ['GET', '/users', 'ANY /users', undefined],
    ['GET', '/', '$default', undefined],
  ])('%s %s goes to %s', (method, path, key, pathParameters) => {
    expect(match(method, path)).toEqual({ key, target: key, pathParameters })
  })

  it('finds nothing without a default route', () => {
    expect(compileRoutes([{ key: 'GET /a', target: 1 }])('POST', '/a')).toBeUndefined()
  })
})
