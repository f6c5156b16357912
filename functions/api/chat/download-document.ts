import { downloadOperation } from './_download.ts'

export const operation = downloadOperation('document', "Fetch a document's content", 'application/pdf')
