import { z } from 'zod'
import { inspectImage } from '#domains/media/inspect.ts'
import { readPicture } from '#domains/media/picture.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT } from '#domains/messages/send-rules.ts'
import { inviteAdmin } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { phoneDigits } from '#kit/phone.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, sessionOf } from './_channel.ts'
import { answerSend, sentFacts } from './_outcome.ts'

const required = 'phone, newsletter_jid, image, caption and name are required'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/admin-invite',
  group: 'Newsletter',
  summary: 'Invite a person as admin of a newsletter',
  description: 'WhatsApp notes the invitation, and the person gets it as a message. Only the owner may invite.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: z.string().refine((text) => phoneDigits(text) !== undefined, 'must be a phone number with country code'),
      newsletter_jid: channelJid('invalid JID'),
      image: z.string().min(1).describe('Base64 data URL or http(s) URL of the picture of the invitation'),
      caption: z.string().min(1).max(CAPTION_LIMIT, `has at most ${CAPTION_LIMIT} characters`),
      name: z.string().min(1).max(255),
    }),
  },
  output: z.object({
    success: z.boolean(),
    id: z.string(),
    timestamp: z.number().int(),
    recipient: z.string(),
    newsletter_jid: z.string(),
    invite_name: z.string(),
    expires_at: z.number().int().describe('Unix seconds'),
    message: z.string(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: {
    phone: { missing: required },
    newsletter_jid: { missing: required },
    image: { missing: required },
    caption: { missing: required },
    name: { missing: required },
  },
  errors: [
    'validation_failed',
    'not_on_whatsapp',
    'media_invalid',
    'media_unreachable',
    'unsafe_url',
    'payload_too_large',
    'forbidden',
    'not_found',
    'send_failed',
    'outcome_unknown',
    ...channelErrors,
  ],
  needs: { ...channelNeeds, main: 'readWrite', media: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      phone: '5491155553934',
      newsletter_jid: '120363025246817665@newsletter',
      image: 'https://example.com/picture.jpg',
      caption: "You're invited to be an admin of our newsletter!",
      name: 'Tech Newsletter Admin Invite',
    },
  },
  handler: async (ctx, { body }) => {
    const device = await sessionOf(ctx)
    const recipient = phoneDigits(body.phone) ?? ''
    const { thumbnail } = await inspectImage(await readPicture(body.image, 'image'))
    const expiresAt = await inviteAdmin(commandPort(), device, body.newsletter_jid, recipient)
    const jid = `${recipient}@s.whatsapp.net`
    const outcome = await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to: { jid, address: { pn: jid }, isGroup: false },
      content: {
        kind: 'invite',
        newsletterJid: body.newsletter_jid,
        newsletterName: body.name,
        caption: body.caption,
        expiresAt,
        thumbnail,
      },
      readiness: 'session',
      reservedId: ctx.reserved?.messageId,
      async: ctx.preferAsync,
    })
    return answerSend(outcome, {
      ...sentFacts(outcome),
      recipient,
      newsletter_jid: body.newsletter_jid,
      invite_name: body.name,
      expires_at: expiresAt,
      message: 'Newsletter admin invite sent successfully',
    })
  },
})
