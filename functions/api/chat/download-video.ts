import { downloadOperation } from './_download.ts'

export const operation = downloadOperation('video', "Fetch a video's content", 'video/mp4')
