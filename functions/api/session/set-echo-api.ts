import { setSwitch } from './_switch.ts'
import { ECHO_API } from './_switches.ts'

export const operation = setSwitch(ECHO_API)
