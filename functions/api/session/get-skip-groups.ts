import { getSwitch } from './_switch.ts'
import { SKIP_GROUPS } from './_switches.ts'

export const operation = getSwitch(SKIP_GROUPS)
