import { lidByBody } from './_lids.ts'

export const operation = lidByBody()
