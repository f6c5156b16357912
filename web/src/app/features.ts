import type { ComponentType } from 'react'
import type { CoreTexts } from '../i18n/core.ts'
import type { IconName } from '../ui/icon.tsx'

/** A part of the dashboard. Its pages are a chunk of their own, loaded when it is first opened. */
export type Feature = {
  /** Its name in the rail is `core.rail[name]` of the texts. */
  name: Exclude<keyof CoreTexts['rail'], 'label' | 'account'> & IconName
  /** Where its pages are; they see addresses below it as their root. */
  path: `/app/${string}`
  /** Where it stands in the rail. */
  at: 'top' | 'foot'
  /** Second key of its shortcut, after `g`. */
  key: string
  /** Without one of these capabilities it is not offered. Absent: everybody. */
  capabilities?: readonly string[]
  /** Only where there is a network of simulated phones. */
  needsSandbox?: boolean
  load: () => Promise<{ default: ComponentType }>
}

/** The parts there are, in the order of the rail. */
export const FEATURES: readonly Feature[] = [
  { name: 'inbox', path: '/app/inbox', at: 'top', key: 'i', load: () => import('../features/inbox/page.tsx') },
  { name: 'contacts', path: '/app/contacts', at: 'top', key: 'c', load: () => import('../features/contacts/page.tsx') },
  {
    name: 'devices',
    path: '/app/devices',
    at: 'top',
    key: 'd',
    load: () => import('../features/devices/page.tsx'),
  },
  {
    name: 'phones',
    path: '/app/phones',
    at: 'foot',
    key: 'p',
    capabilities: ['devices.manage'],
    needsSandbox: true,
    load: () => import('../features/phones/page.tsx'),
  },
  {
    name: 'settings',
    path: '/app/settings',
    at: 'foot',
    key: 's',
    load: () => import('../features/settings/page.tsx'),
  },
]
