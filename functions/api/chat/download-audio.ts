import { downloadOperation } from './_download.ts'

export const operation = downloadOperation('audio', "Fetch an audio's content", 'audio/ogg')
