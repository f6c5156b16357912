import { getSwitch } from './_switch.ts'
import { ECHO_API } from './_switches.ts'

export const operation = getSwitch(ECHO_API)
