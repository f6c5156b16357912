import { setSwitch } from './_switch.ts'
import { SKIP_MEDIA } from './_switches.ts'

export const operation = setSwitch(SKIP_MEDIA)
