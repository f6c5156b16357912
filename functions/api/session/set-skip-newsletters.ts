import { setSwitch } from './_switch.ts'
import { SKIP_NEWSLETTERS } from './_switches.ts'

export const operation = setSwitch(SKIP_NEWSLETTERS)
