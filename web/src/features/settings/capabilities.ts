import { type SettingsTexts, settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'

/** A capability that people can give. */
export type Capability = keyof SettingsTexts['capabilities']

/** The capabilities of the matrix, in the order of the work: those of agents first, those that open everything last. */
export const MATRIX: readonly Capability[] = [
  'chats.send',
  'contacts.write',
  'inbox.view_all',
  'inbox.manage',
  'devices.manage',
  'broadcasts.manage',
  'analytics.view',
  'integrations.manage',
  'keys.manage',
  'team.manage',
]

/** Name of a capability; its own one when there is no text for it. */
export const useCapabilityName = (): ((capability: string) => string) => {
  const { capabilities } = useTexts(settingsTexts)
  return (capability) =>
    Object.hasOwn(capabilities, capability) ? capabilities[capability as Capability].name : capability
}
