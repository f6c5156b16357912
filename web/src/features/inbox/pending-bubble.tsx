import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './bubble.module.css'
import { useAddress } from './files.ts'
import media from './media.module.css'
import { kindName } from './names.ts'
import { discard, retry } from './outbox.ts'
import type { OutgoingFile, Pending } from './pending.ts'
import { richText } from './rich-text.tsx'
import { Ticks } from './ticks.tsx'

const Preview = ({ file }: { file: OutgoingFile }) => {
  const address = useAddress(file.kind === 'image' ? file.blob : undefined)
  if (address) return <img src={address} alt={file.name} className={media.film} />
  return (
    <p className={styles.line}>
      <Icon name="file" size={20} />
      {file.name}
    </p>
  )
}

/** What is sent just now: on its way, waiting for the network, or failed, with the reason and another try. */
export const PendingBubble = ({ pending }: { pending: Pending }) => {
  const { message: texts, kinds } = useTexts(inboxTexts)
  const core = useTexts(coreTexts)
  const { key, body, file, replyTo, state, error } = pending
  return (
    <article
      className={classes(styles.row, styles.own, styles.first)}
      aria-label={texts.from(texts.you, texts.sending)}
    >
      <div className={styles.bubble}>
        {replyTo && (
          <p className={styles.quote}>
            <span className={styles.quoted}>{replyTo.body || kindName(replyTo.kind, kinds)}</span>
          </p>
        )}
        {file && <Preview file={file} />}
        {body && <p className={styles.words}>{richText(body)}</p>}
        <span className={styles.foot}>
          {state === 'failed' ? null : state === 'waiting' ? texts.waiting : texts.sending}
          <Ticks status={state === 'failed' ? 'failed' : 'accepted'} />
        </span>
      </div>
      {state !== 'sending' && (
        <div className={styles.failure} role={state === 'failed' ? 'alert' : undefined}>
          {state === 'failed' && (
            <span>
              {texts.failed} {explain(core, error)}
            </span>
          )}
          <Button icon="refresh" onClick={() => retry(key)}>
            {texts.retry}
          </Button>
          <Button look="quiet" icon="trash" onClick={() => discard(key)}>
            {texts.discard}
          </Button>
        </div>
      )}
    </article>
  )
}
