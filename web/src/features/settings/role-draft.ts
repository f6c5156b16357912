import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { showToast } from '../../ui/toast.ts'
import { type RoleRow, setRoleCall } from './api.ts'
import type { Capability } from './capabilities.ts'
import { useExplain, useRefresh } from './use-settings.ts'

const cellOf = (role: RoleRow, capability: Capability): string => `${role.id} ${capability}`

/** Changes of the matrix that are not saved yet, and what became of saving them. */
export type RoleDraft = {
  has: (role: RoleRow, capability: Capability) => boolean
  isChanged: (role: RoleRow, capability: Capability) => boolean
  toggle: (role: RoleRow, capability: Capability) => void
  changes: number
  discard: () => void
  save: () => void
  saving: boolean
  /** What could not be saved, in sentences that name the role. */
  failures: string[]
}

const wanted = (role: RoleRow, flips: ReadonlySet<string>): Capability[] => {
  const held = new Set(role.capabilities as Capability[])
  for (const cell of flips) {
    const [id, capability] = cell.split(' ') as [string, Capability]
    if (Number(id) !== role.id) continue
    if (!held.delete(capability)) held.add(capability)
  }
  return [...held]
}

/** Keeps changes of the matrix until they are saved, one role after the other: what one role refuses does not hold up the others. */
export const useRoleDraft = (roles: RoleRow[]): RoleDraft => {
  const { roles: texts, common } = useTexts(settingsTexts)
  const explain = useExplain()
  const refresh = useRefresh()
  const [flips, setFlips] = useState<ReadonlySet<string>>(new Set())
  const [failures, setFailures] = useState<string[]>([])
  const saving = useMutation({
    mutationFn: async () => {
      const failed: string[] = []
      let left = flips
      for (const role of roles) {
        const own = [...flips].filter((cell) => cell.startsWith(`${role.id} `))
        if (own.length === 0) continue
        try {
          await setRoleCall({ params: { id: String(role.id) }, body: { capabilities: wanted(role, flips) } })
          left = new Set([...left].filter((cell) => !own.includes(cell)))
        } catch (error) {
          failed.push(texts.failed(role.name, explain(error)))
        }
      }
      await refresh()
      setFlips(left)
      setFailures(failed)
      if (failed.length === 0) showToast({ tone: 'good', text: common.saved })
    },
  })
  const isDirty = flips.size > 0
  useEffect(() => {
    if (!isDirty) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isDirty])
  const isChanged: RoleDraft['isChanged'] = (role, capability) => flips.has(cellOf(role, capability))
  return {
    isChanged,
    has: (role, capability) => role.capabilities.includes(capability) !== isChanged(role, capability),
    toggle: (role, capability) => {
      const next = new Set(flips)
      const cell = cellOf(role, capability)
      if (!next.delete(cell)) next.add(cell)
      setFailures([])
      setFlips(next)
    },
    changes: flips.size,
    discard: () => {
      setFlips(new Set())
      setFailures([])
    },
    save: () => saving.mutate(),
    saving: saving.isPending,
    failures,
  }
}
