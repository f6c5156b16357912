import { lidByQuery } from './_lids.ts'

export const operation = lidByQuery()
