import { useMe } from '../lib/me.ts'
import { useHasSandbox } from '../lib/sandbox.ts'
import { FEATURES, type Feature } from './features.ts'

/** The parts of the dashboard that this user is offered, in this installation. */
export const useFeatures = (): Feature[] => {
  const { capabilities: held } = useMe()
  const hasSandbox = useHasSandbox()
  return FEATURES.filter(({ capabilities, needsSandbox }) => {
    if (needsSandbox && !hasSandbox) return false
    return !capabilities || held.includes('*') || capabilities.some((capability) => held.includes(capability))
  })
}
