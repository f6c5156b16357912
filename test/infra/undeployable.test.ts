import { expect, test } from 'vitest'
import { bundle } from '#infra/bundle.ts'
import { loadCatalogue } from '#infra/catalogue.ts'
import { emptyCode, smallCatalogue, synthesise } from './fixture.ts'

/** What the CDK shows of each stack, and refuses to deploy it for. */
const errorsOf = (undeployable: string[]): string[][] => {
  const { app } = synthesise(smallCatalogue(), { ...emptyCode(), undeployable })
  const { stacks } = app.synth()
  return stacks.map(({ messages }) =>
    messages.filter(({ level }) => level === 'error').map(({ entry }) => String(entry.data)),
  )
}

test('code that lacks what Lambda needs is deployed with no stack', () => {
  const errors = errorsOf(['a library is missing'])
  expect(errors.length).toBeGreaterThan(5)
  for (const ofStack of errors) expect(ofStack).toEqual(['a library is missing'])
  expect(errorsOf([]).flat()).toEqual([])
})

test('what is built for this machine is not to be deployed', async () => {
  const { undeployable } = await bundle(await loadCatalogue(), 'thisMachine')
  expect(undeployable).toEqual([expect.stringContaining('must not be deployed')])
}, 180_000)
