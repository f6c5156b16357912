import { z } from 'zod'
import type { WorkOf } from '#domains/commands/model.ts'
import { downloadPrefix } from '#domains/devices/purge.ts'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { mediaBucket } from '#domains/media/bucket.ts'
import { DOWNLOAD_LIMIT, INLINE_LIMIT, publishAsBase64, takeAsBase64 } from '#domains/media/downloads.ts'
import { type AnswerValue, answer, defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { newId } from '#kit/ids.ts'
import { chatErrors } from './_chat.ts'

const KEY_BYTES = 32

/** 32 bytes in base64, as messages carry keys and hashes. */
const bytes32 = z
  .string()
  .refine((text) => /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === KEY_BYTES, {
    message: 'is 32 bytes in base64',
  })

const body = z.object({
  Url: z.string().min(1).describe('Address of the encrypted file, from the message'),
  DirectPath: z.string().min(1).optional(),
  MediaKey: bytes32,
  Mimetype: z.string().regex(/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.+-]+=[^;,]*)*$/, 'is a media type'),
  FileEncSHA256: bytes32.optional(),
  FileSHA256: bytes32,
  FileLength: z.number().int().positive().describe('Bytes of the file'),
})

const output = z.object({ Data: z.string().describe('Data URL, base64'), Mimetype: z.string() })

/** The file as the document shows it; a large one is fetched from another address, where the same JSON lies. */
const shown = async (
  key: string,
  mimeType: string,
  sizeBytes: number,
): Promise<z.input<typeof output> | AnswerValue> => {
  const head = `data:${mimeType};base64,`
  if (sizeBytes <= INLINE_LIMIT) return { Data: `${head}${await takeAsBase64(mediaBucket(), key)}`, Mimetype: mimeType }
  const [before = '', after = ''] = JSON.stringify({
    code: 200,
    data: { Data: `${head}\n`, Mimetype: mimeType },
    success: true,
  }).split('\\n')
  const location = await publishAsBase64(mediaBucket(), key, { before, after })
  return answer({ status: 303, headers: { location }, raw: '' })
}

const download = async (
  ctx: OperationContext,
  media: WorkOf<'chat.download'>['media'],
  input: z.output<typeof body>,
) => {
  const device = await sessionDevice(ctx, ctx.actor)
  const sizeBytes = input.FileLength
  if (sizeBytes > DOWNLOAD_LIMIT) {
    throw fail('payload_too_large', { message: `The file is larger than ${DOWNLOAD_LIMIT / 1024 / 1024} MB.` })
  }
  const key = `${downloadPrefix(device.tenantId, device.id)}${newId('media')}`
  await askDevice(device, {
    type: 'chat.download',
    media,
    url: input.Url,
    directPath: input.DirectPath,
    mediaKey: input.MediaKey,
    mimeType: input.Mimetype,
    fileSha256: input.FileSHA256,
    fileEncSha256: input.FileEncSHA256,
    sizeBytes,
    key,
  })
  return shown(key, input.Mimetype, sizeBytes)
}

const EXAMPLE = {
  Url: 'https://mmg.whatsapp.net/v/t62.7118-24/file.enc',
  MediaKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  FileSHA256: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  FileLength: 48211,
}

/** The operation that downloads one kind of media; the five differ in nothing but the key derivation. */
export const downloadOperation = (media: WorkOf<'chat.download'>['media'], summary: string, mimeType: string) =>
  defineOperation({
    key: `digigo POST /chat/download${media}`,
    group: 'Chat',
    summary,
    description:
      'The file is fetched from WhatsApp with what the message says about it, decrypted, and checked against its hashes. One of more than 4 MB is answered with 303 and an address, good for ten minutes, under which the same JSON lies.',
    auth: ['deviceToken'],
    input: { body },
    output,
    errors: [...chatErrors, 'media_invalid', 'media_unreachable', 'unsafe_url', 'payload_too_large'],
    needs: { main: 'read', session: 'read', commands: 'send', media: 'readWrite' },
    examples: { body: { ...EXAMPLE, Mimetype: mimeType } },
    handler: (ctx, input) => download(ctx, media, input.body),
  })
