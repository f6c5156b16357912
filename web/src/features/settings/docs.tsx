import { useDeferredValue, useState } from 'react'
import { useSearchParams } from 'wouter'
import { useFormats } from '../../i18n/format.ts'
import { type SettingsTexts, settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { CopyText } from '../../ui/copy-text.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Empty } from '../../ui/states.tsx'
import page from './docs.module.css'
import { type ApiOperation, curlOf, useOperations } from './openapi.ts'
import { Loaded, SectionPage } from './parts.tsx'
import styles from './settings.module.css'

type Kind = keyof SettingsTexts['docs']['kinds']

/** Operations that are drawn at once. */
const SHOWN = 60

const Body = ({ operation, credential }: { operation: ApiOperation; credential: string }) => {
  const { docs } = useTexts(settingsTexts)
  const curl = curlOf(operation, credential, location.origin)
  return (
    <div>
      {operation.description && <p>{operation.description}</p>}
      <div className={styles.head}>
        <h3>{docs.curl}</h3>
        <CopyText text={curl}>{docs.curl}</CopyText>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable */}
      <pre className={styles.code} tabIndex={0}>
        {curl}
      </pre>
      <h3>{docs.needs}</h3>
      <ul>
        {Object.entries(operation.responses).map(([status, { description }]) => (
          <li key={status}>
            <code>{status}</code> {description}
          </li>
        ))}
      </ul>
    </div>
  )
}

const OperationRow = ({ operation, credential }: { operation: ApiOperation; credential: string }) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>
          {operation.method} {operation.path}
        </code>
        <span>{operation.summary}</span>
      </summary>
      {isOpen && <Body operation={operation} credential={credential} />}
    </details>
  )
}

const wordsOf = ({ method, path, summary, tags }: ApiOperation): string =>
  `${method} ${path} ${summary} ${tags.join(' ')}`.toLowerCase()

const Operations = ({
  operations,
  search,
  credential,
}: {
  operations: ApiOperation[]
  search: string
  credential: string
}) => {
  const { docs } = useTexts(settingsTexts)
  const { plural, number } = useFormats()
  const words = search.toLowerCase().split(/\s+/)
  const found = operations.filter(
    (operation) =>
      operation.credentials.includes(credential) && words.every((word) => wordsOf(operation).includes(word)),
  )
  if (found.length === 0)
    return (
      <Empty icon="search" title={docs.none}>
        {docs.noneText}
      </Empty>
    )
  return (
    <>
      <p role="status" className={styles.quiet}>
        {plural(found.length, docs.found)}
      </p>
      <div className={page.operations}>
        {found.slice(0, SHOWN).map((operation) => (
          <OperationRow key={operation.id} operation={operation} credential={credential} />
        ))}
      </div>
      {found.length > SHOWN && <p className={styles.quiet}>{docs.first(number(SHOWN))}</p>}
    </>
  )
}

/** Every operation of this installation, with a call to copy for the chosen credential. */
const DocsPage = () => {
  const { sections, docs } = useTexts(settingsTexts)
  const [params, setParams] = useSearchParams()
  const list = useOperations()
  const search = params.get('q') ?? ''
  const chosen = params.get('credential') ?? 'apiKey'
  const credential = Object.hasOwn(docs.kinds, chosen) ? chosen : 'apiKey'
  const settled = useDeferredValue(search)
  const change = (next: Record<string, string>) =>
    setParams({ ...Object.fromEntries(params), ...next }, { replace: true })
  return (
    <SectionPage title={sections.docs} intro={docs.intro}>
      <p className={page.links}>
        <a href="/docs" target="_blank" rel="noreferrer">
          {docs.whole}
        </a>
        <a href="/openapi.json" target="_blank" rel="noreferrer">
          {docs.json}
        </a>
      </p>
      <div className={page.filters}>
        <Field label={docs.search}>
          <Input
            type="search"
            value={search}
            placeholder={docs.searchHint}
            onChange={(event) => change({ q: event.target.value })}
          />
        </Field>
        <Field label={docs.credential}>
          <Select value={credential} onChange={(event) => change({ credential: event.target.value })}>
            {(Object.keys(docs.kinds) as Kind[]).map((kind) => (
              <option key={kind} value={kind}>
                {docs.kinds[kind]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Loaded of={list}>
        {(operations) => <Operations operations={operations} search={settled} credential={credential} />}
      </Loaded>
    </SectionPage>
  )
}

export default DocsPage
