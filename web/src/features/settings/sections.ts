import { type ComponentType, lazy } from 'react'
import type { SettingsTexts } from '../../i18n/settings.ts'
import { Profile } from './profile.tsx'

/** A section of the settings. */
export type Section = {
  /** Its path below the settings, and its name in the texts. */
  id: keyof SettingsTexts['sections']
  /** Without it the section is not offered. Absent: everybody. */
  capability?: string
  page: ComponentType
  /** What is open of its list, when something of it has a page of its own. */
  detail?: ComponentType<{ id: string }>
}

/** The sections in their order. */
export const SECTIONS: readonly Section[] = [
  { id: 'profile', page: Profile },
  { id: 'users', capability: 'team.manage', page: lazy(() => import('./users.tsx')) },
  { id: 'roles', capability: 'team.manage', page: lazy(() => import('./roles.tsx')) },
  {
    id: 'inboxes',
    capability: 'inbox.manage',
    page: lazy(() => import('./inboxes.tsx')),
    detail: lazy(() => import('./inbox-page.tsx')),
  },
  { id: 'keys', capability: 'keys.manage', page: lazy(() => import('./keys.tsx')) },
  {
    id: 'clients',
    capability: 'keys.manage',
    page: lazy(() => import('./clients.tsx')),
    detail: lazy(() => import('./client-page.tsx')),
  },
  {
    id: 'webhooks',
    capability: 'integrations.manage',
    page: lazy(() => import('./webhooks.tsx')),
    detail: lazy(() => import('./webhook-page.tsx')),
  },
  { id: 'audit', capability: 'team.manage', page: lazy(() => import('./audit.tsx')) },
  { id: 'docs', page: lazy(() => import('./docs.tsx')) },
]
