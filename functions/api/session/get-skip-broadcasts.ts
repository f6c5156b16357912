import { getSwitch } from './_switch.ts'
import { SKIP_BROADCASTS } from './_switches.ts'

export const operation = getSwitch(SKIP_BROADCASTS)
