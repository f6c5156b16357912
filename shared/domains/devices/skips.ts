import type { DeviceSettings } from './model.ts'

/** What a skip is decided by: the chat's JID, and whether the device's own account wrote. */
type Subject = { chat: string; fromMe: boolean }

type Skips = Pick<DeviceSettings, 'skipGroups' | 'skipNewsletters' | 'skipBroadcasts' | 'skipOwnMessages'>

/** Whether a device's settings leave a message out: then it is neither stored nor announced. */
export const isSkipped = (settings: Skips, { chat, fromMe }: Subject): boolean =>
  (settings.skipGroups && chat.endsWith('@g.us')) ||
  (settings.skipNewsletters && chat.endsWith('@newsletter')) ||
  (settings.skipBroadcasts && chat.endsWith('@broadcast')) ||
  (settings.skipOwnMessages && fromMe)

/** Whether incoming calls of a device are rejected: DIGIGO's switch, or the Manager's. */
export const rejectsCalls = (settings: Pick<DeviceSettings, 'skipCalls' | 'rejectCalls'>): boolean =>
  settings.skipCalls || settings.rejectCalls

/** Whether the installation leaves media out for every device, whatever its settings (`GLOBAL_SKIP_MEDIA_DOWNLOAD`). */
export const skipsMediaGlobally = (): boolean => process.env.GLOBAL_SKIP_MEDIA_DOWNLOAD === 'true'

/** Whether media of a device's messages stay where they are. */
export const skipsMedia = (settings: Pick<DeviceSettings, 'skipMedia'>): boolean =>
  skipsMediaGlobally() || settings.skipMedia

/** Whether the installation lets devices have their API sends echoed at all (`ECHO_API_MESSAGES_ENABLED`); on unless switched off. */
export const echoesGlobally = (): boolean => process.env.ECHO_API_MESSAGES_ENABLED !== 'false'
