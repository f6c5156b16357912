import { z } from 'zod'
import { skipsMediaGlobally } from '#domains/devices/skips.ts'
import type { Switch } from './_switch.ts'

const skips = (path: string): Pick<Switch, 'path' | 'group'> => ({
  path: `/session/${path}/config`,
  group: 'Session Skips',
})

/** Media stay at WhatsApp. */
export const SKIP_MEDIA: Switch = {
  ...skips('skipmedia'),
  setting: 'skipMedia',
  shown: 'SkipMediaDownload',
  read: 'UserSkipMediaDownload',
  words: 'Skip media download',
  what: 'Media of messages are not downloaded, and events carry their description only',
  beside: {
    schema: { GlobalSkipMediaDownload: z.boolean() },
    facts: () => ({ GlobalSkipMediaDownload: skipsMediaGlobally() }),
  },
}

/** Messages in groups. */
export const SKIP_GROUPS: Switch = {
  ...skips('skipgroups'),
  setting: 'skipGroups',
  shown: 'SkipGroups',
  read: 'UserSkipGroups',
  words: 'Skip groups',
  what: 'Messages in groups are neither stored nor announced',
}

/** Posts of channels. */
export const SKIP_NEWSLETTERS: Switch = {
  ...skips('skipnewsletters'),
  setting: 'skipNewsletters',
  shown: 'SkipNewsletters',
  words: 'Skip newsletters',
  what: 'Posts of newsletters are neither stored nor announced',
}

/** Broadcast lists and status posts. */
export const SKIP_BROADCASTS: Switch = {
  ...skips('skipbroadcasts'),
  setting: 'skipBroadcasts',
  shown: 'SkipBroadcasts',
  words: 'Skip broadcasts',
  what: 'Messages to broadcast lists and status posts are neither stored nor announced',
}

/** What the account itself writes. */
export const SKIP_OWN_MESSAGES: Switch = {
  ...skips('skipownmessages'),
  setting: 'skipOwnMessages',
  shown: 'SkipOwnMessages',
  words: 'Skip own messages',
  what: 'Messages written on the linked phone are neither stored nor announced, and API sends are not echoed',
}

/** API sends as events. */
export const ECHO_API: Switch = {
  path: '/session/echo/api',
  group: 'Session Echo',
  setting: 'echoApiMessages',
  shown: 'EchoAPIMessages',
  words: 'Echo API messages',
  what: 'Each message sent by the API is announced as a Message event with Info.IsFromAPI, unless the installation has ECHO_API_MESSAGES_ENABLED=false',
  envelope: 'flat',
  errorForm: 'bare',
}

/** The account is shown as away. */
export const PRESENCE: Switch = {
  path: '/session/presence/config',
  group: 'Session Presence',
  setting: 'autoPresenceUnavailable',
  shown: 'AutoPresenceUnavailable',
  words: 'Auto presence unavailable',
  what: 'Three seconds after connecting the session shows itself as unavailable, so that the phone keeps its notifications',
  counts: 'It counts from the next connection on; what POST /user/presence does is not affected.',
}
