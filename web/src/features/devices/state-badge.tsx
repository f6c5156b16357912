import { deviceTexts } from '../../i18n/devices.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useNow } from '../../lib/now.ts'
import { Badge } from '../../ui/badge.tsx'
import type { DeviceRow } from './api.ts'
import { LOOK, type StateName, stateName, stateSentence } from './state.ts'

/** A state by its name. */
export const StateNameBadge = ({ name }: { name: StateName }) => {
  const { states } = useTexts(deviceTexts)
  return <Badge {...LOOK[name]}>{states[name]}</Badge>
}

/** The state of a device in a word. */
export const StateBadge = ({ device }: { device: DeviceRow }) => <StateNameBadge name={stateName(device)} />

/** The state of a device in a sentence. */
export const useSentence = (): ((device: DeviceRow) => string) => {
  const texts = useTexts(deviceTexts)
  const formats = useFormats()
  const nowMs = useNow()
  return (device) => stateSentence(texts, formats, device, nowMs)
}
