import { phoneByQuery } from './_lids.ts'

export const operation = phoneByQuery()
