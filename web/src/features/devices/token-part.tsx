import { useMutation } from '@tanstack/react-query'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Notice } from '../../ui/notice.tsx'
import { readToken } from './api.ts'
import styles from './devices.module.css'
import parts from './parts.module.css'

/** The token of a device, read when it is asked for and forgotten when it is hidden. */
export const TokenPart = ({ id }: { id: number }) => {
  const core = useTexts(coreTexts)
  const { token } = useTexts(deviceTexts)
  const reading = useMutation({ mutationFn: () => readToken({ params: { id: String(id) } }), gcTime: 0 })
  return (
    <section className={styles.section}>
      <h2>{token.title}</h2>
      <p className={styles.quiet}>{token.text}</p>
      {reading.error && <Notice tone="bad">{explain(core, reading.error)}</Notice>}
      {reading.data ? (
        <div className={parts.token}>
          <CopyText text={reading.data.token}>
            <code>{reading.data.token}</code>
          </CopyText>
          <Button onClick={() => reading.reset()}>{token.hide}</Button>
        </div>
      ) : (
        <div>
          <Button busy={reading.isPending} onClick={() => reading.mutate()}>
            {token.show}
          </Button>
        </div>
      )}
    </section>
  )
}
