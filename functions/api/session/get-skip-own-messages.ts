import { getSwitch } from './_switch.ts'
import { SKIP_OWN_MESSAGES } from './_switches.ts'

export const operation = getSwitch(SKIP_OWN_MESSAGES)
