import { getSwitch } from './_switch.ts'
import { PRESENCE } from './_switches.ts'

export const operation = getSwitch(PRESENCE)
