import { setSwitch } from './_switch.ts'
import { SKIP_GROUPS } from './_switches.ts'

export const operation = setSwitch(SKIP_GROUPS)
