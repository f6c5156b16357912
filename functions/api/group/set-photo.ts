import { z } from 'zod'
import { setGroupPhoto } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { mediaBucket } from '#domains/media/bucket.ts'
import { readPicture, storePicture } from '#domains/media/picture.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/photo',
  group: 'Group',
  summary: "Change a group's photo",
  description: 'The image is cut to a square and sent as a JPEG of at most 640 pixels, as WhatsApp wants it.',
  auth: ['deviceToken'],
  input: {
    body: z.object({ GroupJID: groupJid, Image: z.string().min(1).describe('Base64 data URL, or http(s) URL') }),
  },
  output: z.object({ Details: z.string(), PictureID: z.string() }),
  errors: [...groupErrors, 'media_invalid', 'media_unreachable', 'unsafe_url', 'payload_too_large'],
  needs: { ...groupNeeds, media: 'readWrite' },
  examples: { body: { GroupJID: '120362023605733675@g.us', Image: 'https://example.com/image.jpg' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    const key = await storePicture(mediaBucket(), device, await readPicture(body.Image, 'Image'))
    const id = await setGroupPhoto(port, device, body.GroupJID, key)
    if (!id) throw fail('upstream_error', { message: 'WhatsApp did not take the picture.' })
    return { Details: 'Group Photo set successfully', PictureID: id }
  },
})
