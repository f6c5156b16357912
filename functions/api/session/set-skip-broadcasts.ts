import { setSwitch } from './_switch.ts'
import { SKIP_BROADCASTS } from './_switches.ts'

export const operation = setSwitch(SKIP_BROADCASTS)
