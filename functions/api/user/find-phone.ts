import { phoneByBody } from './_lids.ts'

export const operation = phoneByBody()
