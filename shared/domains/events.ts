import type { EventDefinition } from '#kit/define-event.ts'
import * as chats from './chats/events.ts'
import * as contacts from './contacts/events.ts'
import * as conversations from './conversations/events.ts'
import * as credentials from './credentials/events.ts'
import * as deliveries from './deliveries/events.ts'
import * as devices from './devices/events.ts'
import * as groups from './groups/events.ts'
import * as guide from './guide/events.ts'
import * as history from './history/events.ts'
import * as inboxes from './inboxes/events.ts'
import * as messages from './messages/events.ts'
import * as newsletters from './newsletters/events.ts'
import * as sessions from './sessions/events.ts'
import * as signals from './signals/events.ts'
import * as users from './users/events.ts'

/** Every event that exists, by type. A domain with events of its own is one line here; all else derives from this map. */
export const EVENTS: ReadonlyMap<string, EventDefinition> = new Map(
  [
    chats,
    contacts,
    conversations,
    credentials,
    deliveries,
    devices,
    groups,
    guide,
    history,
    inboxes,
    messages,
    newsletters,
    sessions,
    signals,
    users,
  ]
    .flatMap((domain): EventDefinition[] => Object.values(domain) as unknown as EventDefinition[])
    .map((definition) => [definition.type, definition]),
)
