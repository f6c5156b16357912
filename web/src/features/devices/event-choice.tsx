import { deviceTexts } from '../../i18n/devices.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Checkbox } from '../../ui/field.tsx'
import styles from './devices.module.css'
import { EVENT_GROUPS } from './event-groups.ts'
import parts from './parts.module.css'

/** The value that stands for every event. */
export const ALL = 'All'

/** Which events are sent: all of them, or those that are ticked. */
export const EventChoice = ({ value, onChange }: { value: readonly string[]; onChange: (next: string[]) => void }) => {
  const { webhook } = useTexts(deviceTexts)
  const { plural } = useFormats()
  const isAll = value.includes(ALL)
  const toggle = (name: string, wanted: boolean) =>
    onChange(wanted ? [...value, name] : value.filter((other) => other !== name))
  return (
    <fieldset className={parts.choice}>
      <legend>{webhook.events}</legend>
      <div className={parts.radios}>
        <label>
          <input type="radio" name="which" checked={isAll} onChange={() => onChange([ALL])} /> {webhook.all}
        </label>
        <label>
          <input type="radio" name="which" checked={!isAll} onChange={() => onChange(['Message'])} /> {webhook.some}
        </label>
        {!isAll && <span className={styles.quiet}>{plural(value.length, webhook.chosen)}</span>}
      </div>
      {!isAll && (
        <div className={parts.eventGroups}>
          {[...EVENT_GROUPS].map(([group, names]) => (
            <fieldset key={group} className={parts.choice}>
              <legend>{webhook.groups[group]}</legend>
              {names.map((name) => (
                <Checkbox
                  key={name}
                  label={name}
                  checked={value.includes(name)}
                  onChange={({ target }) => toggle(name, target.checked)}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </fieldset>
  )
}
