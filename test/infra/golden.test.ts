import { expect, test } from 'vitest'
import { smallCatalogue, synthesise, type Template } from './fixture.ts'

/** Hashes of assets change with every byte of code; what the templates say about them does not. */
const withoutHashes = (template: Template): unknown =>
  JSON.parse(
    JSON.stringify(template, (key, value: unknown) => (key === 'CDKMetadata' ? undefined : value)).replace(
      /[0-9a-f]{64}/g,
      '<hash>',
    ),
  )

test('the templates of a small product are what was last agreed on', async () => {
  const { templates } = synthesise(smallCatalogue())
  for (const [stack, template] of Object.entries(templates)) {
    const text = `${JSON.stringify(withoutHashes(template), null, 1)}\n`
    await expect(text).toMatchFileSnapshot(`golden/${stack}.snap`)
  }
})
