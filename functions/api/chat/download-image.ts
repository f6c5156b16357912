import { downloadOperation } from './_download.ts'

export const operation = downloadOperation('image', "Fetch an image's content", 'image/jpeg')
