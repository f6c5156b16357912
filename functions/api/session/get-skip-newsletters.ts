import { getSwitch } from './_switch.ts'
import { SKIP_NEWSLETTERS } from './_switches.ts'

export const operation = getSwitch(SKIP_NEWSLETTERS)
