import { setSwitch } from './_switch.ts'
import { SKIP_OWN_MESSAGES } from './_switches.ts'

export const operation = setSwitch(SKIP_OWN_MESSAGES)
