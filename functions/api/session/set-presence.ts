import { setSwitch } from './_switch.ts'
import { PRESENCE } from './_switches.ts'

export const operation = setSwitch(PRESENCE)
