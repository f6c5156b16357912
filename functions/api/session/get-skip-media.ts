import { getSwitch } from './_switch.ts'
import { SKIP_MEDIA } from './_switches.ts'

export const operation = getSwitch(SKIP_MEDIA)
