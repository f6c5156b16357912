import { writeFileSync } from 'node:fs'
import { loadCatalogue } from '#infra/catalogue.ts'
import { openApiDocument } from '#kit/http/openapi.ts'

/** The text of `docs/openapi.json` as the operations say it now. */
export const openApiText = async (): Promise<string> => {
  const { domains } = await loadCatalogue()
  const operations = domains.flatMap((domain) => domain.operations.map(({ value }) => value))
  return `${JSON.stringify(openApiDocument(operations), null, 2)}\n`
}

if (import.meta.main) {
  writeFileSync(new URL('../docs/openapi.json', import.meta.url), await openApiText())
  console.log('docs/openapi.json written')
}
