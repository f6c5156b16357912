import { downloadOperation } from './_download.ts'

export const operation = downloadOperation('sticker', "Fetch a sticker's content", 'image/webp')
